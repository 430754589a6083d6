// Remakes widget.min.js from source/. Only those who change the widget need it: `npm ci && npm run widget`, at the root.
// With a path as argument, writes there instead (the test compares).
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));

/** A style sheet becomes a string, made small first. */
const sheets = {
  name: "sheets",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true, target: "chrome90" });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

await build({
  entryPoints: [join(here, "source/index.js")],
  outfile: process.argv[2] || join(here, "widget.min.js"),
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome90", "firefox101", "safari16.4"],
  charset: "utf8",
  legalComments: "none",
  plugins: [sheets],
});
