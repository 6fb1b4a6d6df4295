package io.github.integratorio.simulator;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs one simulator with its defaults for all tests of a class. Tests and lifecycle methods take it as a parameter. For
 * another simulator, register an {@link IntegratorioSimulatorExtension}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
@ExtendWith(IntegratorioSimulatorExtension.class)
public @interface EmbeddedIntegratorio {
}
