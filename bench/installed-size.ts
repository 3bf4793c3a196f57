// Size of what `npm install proofloop` brings, measured in this checkout's node_modules:
// node --conditions=proofloop-source bench/installed-size.ts
import { readFileSync } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'

const Names = z.record(z.string(), z.unknown()).default({})
const Package = z.object({
  hasInstallScript: z.boolean().default(false),
  dependencies: Names,
  optionalDependencies: Names,
  peerDependencies: Names,
  peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean() })).default({}),
})
type Package = z.infer<typeof Package>

const root = path.resolve(import.meta.dirname, '..')
const promptfooMegabytes = 2016

function readJson<T>(file: string, schema: z.ZodType<T>): T {
  return schema.parse(JSON.parse(readFileSync(path.join(root, file), 'utf8')))
}

/** npm's own record of what is installed where. */
const record = z.object({ packages: z.record(z.string(), Package) })
const installed = new Map(
  Object.entries(readJson('node_modules/.package-lock.json', record).packages),
)

/** Optional peers are not installed for those who install us; here the tests' packages are some. */
function needs(own: Package): string[] {
  const peers = Object.keys(own.peerDependencies).filter((name) => {
    return own.peerDependenciesMeta[name]?.optional !== true
  })
  return [...Object.keys(own.dependencies), ...Object.keys(own.optionalDependencies), ...peers]
}

/** Where Node finds a package: in the nearest node_modules upwards. */
function locate(name: string, from: string): string | undefined {
  const at = path.posix.join(from, 'node_modules', name)
  if (installed.has(at)) return at
  return from === ''
    ? undefined
    : locate(name, from.replace(/\/?node_modules\/(?!.*node_modules\/).*$/u, ''))
}

const production = new Map<string, Package>()
function add(names: readonly string[], from: string): void {
  for (const name of names) {
    const at = locate(name, from)
    const own = at === undefined ? undefined : installed.get(at)
    if (at === undefined || own === undefined || production.has(at)) continue
    production.set(at, own)
    add(needs(own), at)
  }
}
add(needs(readJson('package.json', Package)), '')

/** Bytes on disk; packages inside it are counted on their own. */
async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true })
  const sizes = entries.map(async (entry) => {
    const name = path.join(folder, entry.name)
    if (entry.isDirectory()) return entry.name === 'node_modules' ? 0 : bytesIn(name)
    return (await lstat(name)).blocks * 512
  })
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10
const sizes: { name: string; bytes: number }[] = []
for (const name of production.keys()) {
  sizes.push({ name, bytes: await bytesIn(path.join(root, name)) })
}
const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0)
const result = {
  packages: production.size,
  megabytes: megabytes(total),
  ratioToPromptfoo: Math.round((total / 1e6 / promptfooMegabytes) * 1000) / 1000,
  withInstallScript: [...production]
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([name]) => name),
  largest: sizes
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, 8)
    .map(({ name, bytes }) => ({ name, megabytes: megabytes(bytes) })),
}
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
