package io.github.integratorio.camel.internal.client.http;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.hc.core5.reactor.IOEventHandler;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.util.Timeout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

/** A connection that behaves like the one it guards, but whose handler throws no Error. */
class GuardedSessionTest {

    private static final Set<String> GUARDED = Set.of("getHandler", "upgrade");

    private final List<String> called = new ArrayList<>();
    private Throwable thrown;
    private IOEventHandler handler = proxy(IOEventHandler.class, (proxy, method, arguments) -> {
        called.add(method.getName());
        if (thrown != null) {
            throw thrown;
        }
        return null;
    });

    private static <T> T proxy(Class<T> type, InvocationHandler invocations) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, invocations));
    }

    private IOSession session() {
        return proxy(IOSession.class, (proxy, method, arguments) -> {
            if (method.getName().equals("upgrade")) {
                handler = (IOEventHandler) arguments[0];
                return null;
            }
            return handler;
        });
    }

    /** Two different values of each type. */
    private static Object value(Class<?> type, int number) {
        Map<Class<?>, List<?>> values = Map.of(int.class, List.of(7, 8), long.class, List.of(7L, 8L), boolean.class,
                List.of(true, false), String.class, List.of("a", "b"), java.util.concurrent.locks.Lock.class,
                List.of(new ReentrantLock(), new ReentrantLock()), java.net.SocketAddress.class,
                List.of(new InetSocketAddress(1), new InetSocketAddress(2)), Timeout.class,
                List.of(Timeout.ofSeconds(1), Timeout.ofSeconds(2)), ByteBuffer.class,
                List.of(ByteBuffer.allocate(1), ByteBuffer.allocate(2)));
        if (values.containsKey(type)) {
            return values.get(type).get(number);
        }
        return type.isEnum() ? type.getEnumConstants()[number]
                : type.isInterface() ? proxy(type, (proxy, method, arguments) -> null) : null;
    }

    @Test
    void everything_that_is_not_guarded_is_the_sessions() throws Exception {
        for (Method method : IOSession.class.getMethods()) {
            for (int number = 0; number < 2 && !GUARDED.contains(method.getName()); number++) {
                List<Object> passed = new ArrayList<>();
                Object result = value(method.getReturnType(), number);
                IOSession session = proxy(IOSession.class, (proxy, invoked, arguments) -> {
                    assertEquals(method.getName(), invoked.getName());
                    passed.add(arguments == null ? List.of() : List.of(arguments));
                    return result;
                });
                Object[] arguments = new Object[method.getParameterCount()];
                for (int i = 0; i < arguments.length; i++) {
                    arguments[i] = value(method.getParameterTypes()[i], 0);
                }
                Object returned = method.invoke(new GuardedSession(session), arguments);
                assertEquals(List.of(List.of(arguments)), passed, method.toString());
                if (method.getReturnType() == boolean.class || method.getReturnType().isPrimitive()) {
                    assertEquals(result, returned, method.toString());
                } else {
                    assertSame(result, returned, method.toString());
                }
            }
        }
        IOSession named = proxy(IOSession.class, (proxy, method, arguments) -> "c-17");
        assertEquals("c-17", new GuardedSession(named).toString());
    }

    @Test
    void an_error_in_its_handler_ends_the_connection_and_not_the_thread() throws Throwable {
        IOEventHandler guarded = new GuardedSession(session()).getHandler();
        List<Executable> events = List.of(() -> guarded.connected(null), () -> guarded.inputReady(null, null),
                () -> guarded.outputReady(null), () -> guarded.timeout(null, null));
        for (Executable event : events) {
            event.execute();
            thrown = new OutOfMemoryError("test");
            assertSame(thrown, assertThrows(IOException.class, event).getCause());
            thrown = new IOException("reset");
            assertSame(thrown, assertThrows(IOException.class, event));
            thrown = null;
        }
        assertEquals(List.of("connected", "connected", "connected", "inputReady", "inputReady", "inputReady",
                "outputReady", "outputReady", "outputReady", "timeout", "timeout", "timeout"), called);
    }

    @Test
    void nothing_that_fails_at_its_end_is_thrown() {
        IOEventHandler guarded = new GuardedSession(session()).getHandler();
        for (Throwable failure : List.of(new StackOverflowError("test"), new IllegalStateException("test"))) {
            thrown = failure;
            assertDoesNotThrow(() -> guarded.exception(null, new IOException("reset")));
            assertDoesNotThrow(() -> guarded.disconnected(null));
        }
        assertEquals(List.of("exception", "disconnected", "exception", "disconnected"), called);
    }

    @Test
    void a_handler_is_guarded_once() {
        GuardedSession session = new GuardedSession(session());
        IOEventHandler guarded = session.getHandler();
        session.upgrade(guarded);
        assertSame(guarded, session.getHandler());
        handler = null;
        assertNull(session.getHandler());
    }
}
