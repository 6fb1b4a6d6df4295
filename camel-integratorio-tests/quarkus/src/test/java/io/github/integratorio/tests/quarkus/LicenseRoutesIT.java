package io.github.integratorio.tests.quarkus;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same of the packaged application, as a process of its own. */
@QuarkusIntegrationTest
class LicenseRoutesIT extends LicenseRoutesTest {
}
