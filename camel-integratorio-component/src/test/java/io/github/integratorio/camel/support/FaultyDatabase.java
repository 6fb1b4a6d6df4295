package io.github.integratorio.camel.support;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import javax.sql.DataSource;

/** A database with one failing step, which is either not carried out, or carried out but reported as failed. */
public final class FaultyDatabase {

    private static final Set<String> STEPS =
            Set.of("getConnection", "prepareStatement", "execute", "executeQuery", "executeUpdate", "executeBatch",
                    "commit");

    private final DataSource real;
    /** Number of successful steps before the one that fails; no step fails if negative. */
    public int healthy = -1;
    /** What the failing step throws; a SQLException if null. */
    public Error error;
    /** Whether the failing step is carried out nevertheless. */
    public boolean done;
    public String failed;

    public FaultyDatabase(DataSource real) {
        this.real = real;
    }

    public DataSource dataSource() {
        return wrap(DataSource.class, real);
    }

    private <T> T wrap(Class<T> type, Object target) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (proxy, method, arguments) -> {
                    boolean fails = STEPS.contains(method.getName()) && healthy >= 0 && healthy-- == 0;
                    if (fails) {
                        failed = method.getName();
                        if (!done) {
                            throw failure();
                        }
                    }
                    Object result;
                    try {
                        result = method.invoke(target, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                    if (fails) {
                        throw failure();
                    }
                    Class<?> returned = method.getReturnType();
                    return returned == Connection.class || returned == PreparedStatement.class
                            || returned == Statement.class ? wrap(returned, result) : result;
                }));
    }

    private Throwable failure() {
        return error != null ? error : new SQLException("the connection broke", "08006");
    }
}
