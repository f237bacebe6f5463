/**
 * Puts a compressed copy beside every file that becomes smaller by it, so that the server does not compress the same
 * bytes for every visitor; `onepizza/web.py` sends the copy to browsers that take it.
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import type { Plugin } from "vite";

const WORTH_IT = /\.(?:css|js|svg|tflite|wasm)$/u;
const SMALLEST_BYTES = 1024;
/** The best compression takes half a minute for the 11 MB that blur backgrounds, and makes them a tenth smaller. */
const LARGE_BYTES = 2_000_000;

export const compressed: Plugin = {
  name: "compressed",
  apply: "build",
  async writeBundle({ dir = "" }) {
    const assets = join(dir, "assets");
    const names = (await readdir(assets)).filter((name) => WORTH_IT.test(name));
    await Promise.all(names.map((name) => compress(join(assets, name))));
  },
};

async function compress(path: string): Promise<void> {
  const plain = await readFile(path);
  if (plain.length < SMALLEST_BYTES) return;
  const quality = plain.length < LARGE_BYTES ? constants.BROTLI_MAX_QUALITY : 9;
  const params = { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length };
  const small = await promisify(brotliCompress)(plain, { params });
  if (small.length < plain.length * 0.9) await writeFile(`${path}.br`, small);
}
