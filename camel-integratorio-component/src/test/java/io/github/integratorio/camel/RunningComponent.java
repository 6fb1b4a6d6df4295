package io.github.integratorio.camel;

import java.util.List;

import io.github.integratorio.camel.internal.account.ClientRegistry;
import io.github.integratorio.camel.internal.client.ratelimit.AccountRateLimiter;
import io.github.integratorio.camel.internal.concurrent.ThreadPools;
import io.github.integratorio.camel.internal.observability.ObservedComponent;
import org.apache.camel.CamelContext;

/** What tests of other packages look at within the component of a context. */
public final class RunningComponent {

    private RunningComponent() {
    }

    private static ComponentServices services(CamelContext context) {
        return context.getComponent("integratorio", IntegratorioComponent.class).services();
    }

    public static ThreadPools threads(CamelContext context) {
        return services(context).threads();
    }

    public static ClientRegistry clients(CamelContext context) {
        return services(context).clients();
    }

    public static List<AccountRateLimiter> rateLimiters(CamelContext context) {
        return services(context).rateLimiters();
    }

    public static ObservedComponent observed(CamelContext context) {
        return services(context);
    }
}
