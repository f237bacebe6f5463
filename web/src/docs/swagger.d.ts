declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  interface Options {
    readonly url: string;
    readonly dom_id: string;
    readonly deepLinking?: boolean;
    readonly docExpansion?: "list" | "full" | "none";
    readonly defaultModelsExpandDepth?: number;
    readonly tryItOutEnabled?: boolean;
    readonly validatorUrl?: string | null;
    readonly plugins?: readonly (() => object)[];
    onComplete?(): void;
  }
  export default function SwaggerUI(options: Options): void;
}
