// @ts-check
// Swagger UI over the panel's own description. The token typed into "Authorize" stays in this tab.

/** @type {any} */ (window).SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  // The default would send the description to a validator on a foreign host.
  validatorUrl: null,
});
