import { execFile } from 'node:child_process'
import { utimesSync } from 'node:fs'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../../', import.meta.url))
const builds = [
  { made: path.join(root, 'dist/web/index.html'), config: 'web/vite.config.ts' },
  { made: path.join(root, 'dist/report/report.js'), config: 'web/vite.report.config.ts' },
]
const lock = path.join(root, 'node_modules', '.cache', 'proofloop', 'page-lock')

/** Builds dist/web and dist/report when a source is newer; of test files at once, one builds. */
export async function buildPage(): Promise<void> {
  await mkdir(path.dirname(lock), { recursive: true })
  while (!(await locked())) await setTimeout(100)
  const alive = setInterval(() => utimesSync(lock, new Date(), new Date()), 5_000)
  try {
    const source = await newest(['web', 'src/schema'])
    for (const { made, config } of builds) {
      if (source >= (await changed(made))) await build(config)
    }
  } finally {
    clearInterval(alive)
    await rm(lock, { recursive: true })
  }
}

async function build(config: string): Promise<void> {
  const vite = path.join(root, 'node_modules/vite/bin/vite.js')
  const options = ['build', 'web', '--config', config, '--logLevel', 'warn']
  await promisify(execFile)(process.execPath, [vite, ...options], { cwd: root })
}

/** One who was killed leaves the lock; it is nobody's after a minute without a sign of life. */
async function locked(): Promise<boolean> {
  const lastSign = await changed(lock)
  // None is there, and in the meantime another process may make one: that must stay.
  const isLeft = lastSign > 0 && Date.now() - lastSign > 60_000
  if (isLeft) await rm(lock, { recursive: true, force: true })
  return mkdir(lock).then(
    () => true,
    () => false,
  )
}

async function newest(folders: string[]): Promise<number> {
  const times = folders.map(async (folder) => {
    const files = await readdir(path.join(root, folder), { recursive: true })
    return Promise.all(files.map((file) => changed(path.join(root, folder, file))))
  })
  return Math.max(...(await Promise.all(times)).flat())
}

async function changed(file: string): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )
}
