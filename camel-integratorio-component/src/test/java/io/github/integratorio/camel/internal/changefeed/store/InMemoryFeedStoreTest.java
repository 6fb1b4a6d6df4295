package io.github.integratorio.camel.internal.changefeed.store;

class InMemoryFeedStoreTest extends FeedStoreContract {

    @Override
    FeedStore open() {
        return new InMemoryFeedStore();
    }
}
