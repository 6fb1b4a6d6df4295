/** What routes and their tests use: options, headers, results, changes and exceptions. */
package io.github.integratorio.camel.api;
