// Lint of the few scripts we write: the widget, and one small script per screen. Vendored files are not ours to judge.
import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["**/node_modules/**", "**/vendor/**", "**/*.min.js", "var/**", ".venv/**"] },
  js.configs.recommended,
  {
    files: ["**/*.js", "**/*.mjs"],
    languageOptions: { ecmaVersion: 2022, sourceType: "module", globals: { ...globals.browser } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-var": "error",
      "prefer-const": "error",
      "no-implicit-globals": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-console": "error",
      // Text from people goes through textContent: this is what the strict policy cannot do for us.
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "Use textContent, or a template element." },
        { property: "outerHTML", message: "Use textContent, or a template element." },
        { property: "insertAdjacentHTML", message: "Use textContent, or a template element." },
        { object: "document", property: "write", message: "Use the DOM." },
      ],
    },
  },
  { files: ["eslint.config.js", "tools/**", "**/build.js", "**/*.mjs"], languageOptions: { globals: { ...globals.node } } },
  // Loaded before the script of a screen.
  { files: ["src/visavis/web/**/static/**"], languageOptions: { globals: { htmx: "readonly" } } },
  // The sentences of the reader's language, put there when the widget is built.
  { files: ["src/visavis/web/widget/**"], languageOptions: { globals: { VISAVIS_WORDS: "readonly" } } },
  { files: ["**/service_worker.js", "**/shared_worker.js"], languageOptions: { globals: { ...globals.worker } } },
];
