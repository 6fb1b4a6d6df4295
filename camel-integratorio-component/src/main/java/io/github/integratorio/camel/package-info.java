/** The component {@code integratorio}: its endpoints, producers and consumers, which Camel creates from URIs. */
package io.github.integratorio.camel;
