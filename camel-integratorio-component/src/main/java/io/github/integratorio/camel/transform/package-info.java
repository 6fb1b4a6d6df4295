/** Transforms changes to other data types, such as CloudEvents. */
package io.github.integratorio.camel.transform;
