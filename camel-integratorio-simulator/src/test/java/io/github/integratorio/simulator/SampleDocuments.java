package io.github.integratorio.simulator;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Documents with every field of the API, and an unknown one. */
final class SampleDocuments {

    private SampleDocuments() {
    }

    static Map<String, Object> connector() {
        Map<String, Object> connector = new LinkedHashMap<>();
        connector.put("_id", "58777a2b1008fb325e6c0953xx");
        connector.put("name", "Sample SmartConnector");
        connector.put("description", "Ümläute & <markup> \"quoted\" 漢字");
        connector.put("imageURL", "/images/icons/icon/insightly.png");
        connector.put("websiteURL", "https://www.example.com/a?b=c");
        connector.put("contactEmail", "owner@example.com");
        connector.put("handle", "d3f6a1c2");
        connector.put("published", false);
        connector.put("managed", true);
        connector.put("_integrationId", "57f1a2b3c4d5e6f708192a3b");
        connector.put("_stackId", "57f1a2b3c4d5e6f708192a3c");
        connector.put("installerFunction", "installer");
        connector.put("updateFunction", "update");
        connector.put("preUninstallFunction", "preUninstall");
        connector.put("uninstallerFunction", "uninstaller");
        connector.put("externalInstallerFunction", "external");
        connector.put("lastModified", "2017-01-12T12:44:27.123Z");
        connector.put("_sharedImportIds", List.of("57f1a2b3c4d5e6f708192a01", "57f1a2b3c4d5e6f708192a02"));
        connector.put("_sharedExportIds", List.of());
        connector.put("applications", List.of("netsuite", "shopify"));
        connector.put("_iClientIdMap", List.of(
                Map.of("_id", "57f1a2b3c4d5e6f708192a03", "_iClientIds", List.of("a", "b"),
                        "connection", Map.of("type", "http")),
                Map.of("_id", false, "_iClientIds", List.of())));
        connector.put("oAuthServerFlow", Map.of("_iClientId", "57f1a2b3c4d5e6f708192a04"));
        connector.put("numInstalls", 12);
        connector.put("trialEnabled", false);
        connector.put("framework", "twoDotZero");
        connector.put("somethingNew", Arrays.asList(1, 1.5, null, Map.of("deep", List.of(Map.of()))));
        return connector;
    }

    /** Returns a license without the read-only fields. */
    static Map<String, Object> licenseTerms() {
        Map<String, Object> license = new LinkedHashMap<>();
        license.put("expires", "2027-05-06T07:08:09.123Z");
        license.put("opts", Map.of("connectorEdition", "premium", "addonLicenses", List.of(
                Map.of("type", "store", "licenses", List.of(Map.of("addOnEdition", "basic"))))));
        license.put("sandbox", true);
        license.put("type", "integrationApp");
        license.put("trialEndDate", "2027-01-02T03:04:05.006Z");
        license.put("_parentId", "57f1a2b3c4d5e6f708192a05");
        license.put("_editionId", "57f1a2b3c4d5e6f708192a06");
        license.put("somethingNew", Arrays.asList(true, null));
        return license;
    }

    static Map<String, Object> license() {
        Map<String, Object> license = licenseTerms();
        license.put("_id", "58777a2b1008fb325e6c0954xx");
        license.put("created", "2017-01-12T12:44:27.000Z");
        license.put("user", Map.of("email", "ann@example.com", "_id", "57f1a2b3c4d5e6f708192a07", "name", "Ann"));
        license.put("_integrationId", "57f1a2b3c4d5e6f708192a08");
        return license;
    }

    static Map<String, Object> installation() {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("_integrationId", "57f1a2b3c4d5e6f708192a08");
        row.put("name", "Sample SmartConnector");
        row.put("email", "ann@example.com");
        row.put("sandbox", true);
        row.put("version", 2);
        row.put("updateInProgress", false);
        row.put("somethingNew", "kept");
        return row;
    }
}
