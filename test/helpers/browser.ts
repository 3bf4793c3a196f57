import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Browser, chromium } from 'playwright-core'

/**
 * A real Chromium that needs no package of the system: glibc, libgcc and libstdc++ are enough, which
 * every image that runs Node has. The package @sparticuz/chromium brings the browser, a font, and the
 * libraries (NSS, expat) that a plain Debian lacks, but unpacks the libraries only on AWS, and into
 * fixed names in the temp folder, where two test files at once meet half a browser. So it is unpacked
 * once, in a process that is told to be on AWS, into a folder that gets its name when it is whole.
 */
export async function launchBrowser(): Promise<Browser> {
  const own = process.env['PROOFLOOP_TEST_CHROMIUM']
  if (own) return chromium.launch({ executablePath: own })
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      'The Chromium that comes along is for Linux on x64. Set PROOFLOOP_TEST_CHROMIUM to the path of a Chrome or Chromium.',
    )
  }
  const folder = await unpackedChromium()
  return chromium.launch({
    executablePath: path.join(folder, 'chromium'),
    args: ['--font-render-hinting=none', '--disable-gpu'],
    env: {
      HOME: folder,
      LD_LIBRARY_PATH: path.join(folder, 'al2023', 'lib'),
      FONTCONFIG_PATH: path.join(folder, 'fonts'),
    },
  })
}

const root = fileURLToPath(new URL('../../', import.meta.url))

async function unpackedChromium(): Promise<string> {
  const cache = path.join(root, 'node_modules', '.cache', 'proofloop')
  const folder = path.join(cache, `chromium-${await packageVersion()}`)
  if (existsSync(folder)) return folder
  await mkdir(cache, { recursive: true })
  const draft = await mkdtemp(path.join(cache, 'draft-'))
  await unpackInto(draft, folder)
  await rename(draft, folder).catch(async (error: unknown) => {
    await rm(draft, { recursive: true, force: true })
    // Another test file was faster; its folder is as good.
    if (!existsSync(folder)) throw error
  })
  return folder
}

async function packageVersion(): Promise<string> {
  const file = new URL('../package.json', import.meta.resolve('@sparticuz/chromium'))
  const { version } = JSON.parse(await readFile(file, 'utf8'))
  return String(version)
}

async function unpackInto(draft: string, folder: string): Promise<void> {
  const script = `import('@sparticuz/chromium').then(({ default: c }) => c.executablePath())`
  const env = { TMPDIR: draft, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' }
  await promisify(execFile)(process.execPath, ['-e', script], { cwd: root, env })
  await writeFile(path.join(draft, 'fonts', 'fonts.conf'), fontsConfiguration(folder))
}

/** Only the font that came along, so that a page looks the same on every machine. */
function fontsConfiguration(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${path.join(folder, 'fonts')}</dir>
  <cachedir>${path.join(folder, 'fonts-cache')}</cachedir>
</fontconfig>
`
}
