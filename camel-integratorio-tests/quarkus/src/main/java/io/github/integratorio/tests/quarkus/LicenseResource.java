package io.github.integratorio.tests.quarkus;

import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;

import org.apache.camel.ProducerTemplate;

/** What the application can be asked by HTTP. */
@Path("/")
public class LicenseResource {

    @Inject
    ProducerTemplate camel;
    @Inject
    Changes changes;

    /**
     * Gives somebody a license.
     *
     * @param  signUp JSON with the email
     * @return        the license, as JSON
     */
    @POST
    @Path("sign-ups")
    public String signUp(String signUp) {
        return camel.requestBody("direct:sign-up", signUp, String.class);
    }

    /**
     * Who installed, was upgraded and left.
     *
     * @return a line of JSON for each change
     */
    @GET
    @Path("changes")
    public String changes() {
        return String.join("\n", changes.all());
    }
}
