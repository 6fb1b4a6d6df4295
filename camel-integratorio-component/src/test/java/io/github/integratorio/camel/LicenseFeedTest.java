package io.github.integratorio.camel;

import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.api.ChangeType;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.License;
import org.apache.camel.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A route receives the changes of licenses in all their shapes: trials, sandbox and child licenses. */
class LicenseFeedTest extends ConsumerTestSupport {

    private static final String LATER = "2099-06-30T12:00:00.000Z";

    @Override
    protected String uri(String... options) {
        return super.uri(options).replace(":installBase", ":licenses") + "&emptyListConfirmations=1";
    }

    private String addLicense(Object... fields) {
        Map<String, Object> license = map("user", map("email", JANE));
        license.putAll(map(fields));
        return simulator().addLicense(connector, license);
    }

    /** The changes since the last call, as type, id of the license, whether it is installed, and changed fields. */
    private List<String> changes() throws Exception {
        messages.clear();
        poll();
        return messages.stream().map(one -> one.getHeader(IntegratorioConstants.CHANGE_TYPE) + " "
                + one.getHeader(IntegratorioConstants.LICENSE_ID) + " "
                + one.getHeader(IntegratorioConstants.INSTALLED) + " "
                + one.getHeader(IntegratorioConstants.CHANGED_FIELDS)).sorted().toList();
    }

    @ParameterizedTest
    @ValueSource(strings = { "MODEL", "MAP", "JSON" })
    void a_trial_is_reported_from_its_start_to_its_end(String outputType) throws Exception {
        watch(uri("outputType=" + outputType));
        assertEquals(List.of(), changes());

        String trial = addLicense("trialEndDate", FUTURE);
        assertEquals(List.of("ADDED " + trial + " false []"), changes());
        simulator().install(connector, trial);
        assertEquals(List.of("UPDATED " + trial + " true [user, _integrationId]"), changes());
        succeed("integratorio:licenses?operation=upsert&connectorId=" + connector,
                map("email", JANE, "expires", LATER, "trialEndDate", null));
        assertEquals(List.of("UPDATED " + trial + " true [expires, trialEndDate]"), changes().stream()
                .map(change -> change.replace("[trialEndDate, expires]", "[expires, trialEndDate]")).toList());
        simulator().uninstall(connector, simulator().license(connector, trial).get("_integrationId").toString());
        assertEquals(List.of("UPDATED " + trial + " false [_integrationId]"), changes());
        succeed("integratorio:licenses?operation=delete&connectorId=" + connector + "&licenseId=" + trial, null);
        // The list is empty now, which one more poll has to confirm.
        changes();
        assertEquals(List.of("REMOVED " + trial + " false []"), changes());
    }

    @Test
    void the_licenses_of_one_user_are_rows_of_their_own() throws Exception {
        watch(uri("initialSnapshot=EMIT"));
        String parent = addLicense("expires", FUTURE, "type", "integrationApp");
        String sandbox = addLicense("expires", FUTURE, "sandbox", true, "type", "integrationApp");
        String child = simulator().addChildLicense(connector, parent, map());
        assertEquals(3, changes().size());
        assertEquals(List.of(parent, sandbox, child), ids());
        License added = messages.get(2).getBody(License.class);
        assertTrue(added.isChild());
        assertEquals(parent, added.getParentId());

        // The end of the parent says nothing of its child: the API keeps a row for each.
        succeed("integratorio:licenses?operation=expire&connectorId=" + connector + "&licenseId=" + parent, null);
        assertEquals(List.of("UPDATED " + parent + " false [expires]"), changes());
        simulator().install(connector, child);
        assertEquals(List.of("UPDATED " + child + " true [user, _integrationId]"), changes());
        succeed("integratorio:licenses?operation=delete&connectorId=" + connector + "&licenseId=" + child, null);
        assertEquals(List.of("REMOVED " + child + " true []"), changes());
        assertEquals(ChangeType.REMOVED, messages.get(0).getHeader(IntegratorioConstants.CHANGE_TYPE));
    }

    @Test
    void the_date_of_the_last_change_can_be_ignored() throws Exception {
        watch(uri("ignoredFields=lastModified"));
        changes();
        String id = addLicense("expires", FUTURE, "lastModified", FUTURE);
        assertEquals(List.of("ADDED " + id + " false []"), changes());
        succeed("integratorio:licenses?operation=update&updateMode=merge&connectorId=" + connector + "&licenseId=" + id,
                map("expires", FUTURE));
        assertEquals(List.of(), changes());
    }

    @Test
    void changes_of_other_lists_do_not_say_whether_a_license_is_installed() throws Exception {
        watch(super.uri("emptyListConfirmations=1"));
        poll();
        rows(0, 1, 1);
        poll();
        Message row = messages.get(0);
        assertNull(row.getHeader(IntegratorioConstants.INSTALLED));
    }

    private List<Object> ids() {
        return messages.stream().map(one -> one.getHeader(IntegratorioConstants.LICENSE_ID)).toList();
    }
}
