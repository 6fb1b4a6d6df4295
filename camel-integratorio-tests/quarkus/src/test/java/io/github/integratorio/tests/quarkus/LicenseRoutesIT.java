package io.github.integratorio.tests.quarkus;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** Runs the tests against the packaged application in a separate process. */
@QuarkusIntegrationTest
class LicenseRoutesIT extends LicenseRoutesTest {
}
