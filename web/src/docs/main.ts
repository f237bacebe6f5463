/** The API reference at /docs: Swagger UI over the server's own `/openapi.json`, from this server and no other. */
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";
import "swagger-ui-dist/swagger-ui.css";
import "./docs.css";

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const follow = (): void => {
  document.documentElement.classList.toggle("dark-mode", dark.matches);
};
dark.addEventListener("change", follow);
follow();

interface Swagger {
  readonly React: { createElement(type: string, props: null, child: unknown): unknown };
}

/** A call's path is a link inside the button that opens it: two things to press in one. The button names the call in the address. */
const plainPaths = {
  wrapComponents: {
    DeepLink:
      (_: unknown, { React }: Swagger) =>
      ({ text }: { readonly text: unknown }) =>
        React.createElement("span", null, text),
  },
};

SwaggerUI({
  plugins: [() => plainPaths],
  onComplete: () => document.querySelector("#servers")?.setAttribute("aria-label", "Servers"),
  url: "/openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  tryItOutEnabled: false,
  validatorUrl: null,
});
