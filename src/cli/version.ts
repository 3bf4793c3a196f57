import { readFileSync } from 'node:fs'

/** The version in our package.json, which stands two folders up from `src/cli` and `dist/cli`. */
export function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const manifest: { version: string } = JSON.parse(text)
  return manifest.version
}
