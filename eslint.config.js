import js from "@eslint/js";
import globals from "globals";

export default [
  js.configs.recommended,
  {
    files: ["ui/web/static/**/*.js"],
    languageOptions: { globals: globals.browser },
    rules: {
      "default-case-last": "error",
      "eqeqeq": "error",
      "max-len": ["error", { code: 140 }],
      "max-lines": ["error", 300],
      "no-eval": "error",
      "no-implicit-globals": "error",
      "no-shadow": "error",
      "no-var": "error",
      "no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "prefer-const": ["error", { destructuring: "all" }],
    },
  },
  { files: ["ui/web/static/early.js"], languageOptions: { sourceType: "script" } },
  { files: ["tests/js/**"], languageOptions: { globals: globals.node } },
];
