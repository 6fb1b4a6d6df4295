package io.github.integratorio.camel.changes;

class MemoryFeedStoreTest extends FeedStoreContract {

    @Override
    FeedStore open() {
        return new MemoryFeedStore();
    }
}
