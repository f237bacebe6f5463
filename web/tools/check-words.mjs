// Fails when a module reads a word while it is loaded: such a word stays English whatever language is spoken.
import { readdirSync, readFileSync } from "node:fs";
import ts from "typescript";

const CATALOGUES = new Set(["text", "words"]);
const wrong = [];

function visit(node, file) {
  // What stands in a function is read when it is called.
  if (ts.isFunctionLike(node) || ts.isTypeNode(node) || ts.isImportDeclaration(node)) return;
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression) && CATALOGUES.has(node.expression.text)) {
    const { line } = file.getLineAndCharacterOfPosition(node.getStart());
    wrong.push(`${file.fileName}:${line + 1}: ${node.getText()}`);
  }
  ts.forEachChild(node, (child) => visit(child, file));
}

const names = readdirSync("src", { recursive: true, encoding: "utf8" }).filter(
  (name) => /\.tsx?$/.test(name) && !name.includes(".test."),
);
for (const name of names) {
  const path = `src/${name}`;
  const source = readFileSync(path, "utf8");
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
  ts.forEachChild(file, (node) => visit(node, file));
}
for (const place of wrong) process.stdout.write(`check-words: ${place} is read before the language is known\n`);
process.exit(wrong.length > 0 || names.length === 0 ? 1 : 0);
