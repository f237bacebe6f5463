import { defineConfig } from "vitest/config";

export default defineConfig({
  assetsInclude: ["**/*.tflite"],
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}"], restoreMocks: true },
});
