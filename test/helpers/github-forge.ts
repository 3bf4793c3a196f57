import { openGitHubForge } from '../../src/change/forge/github/open-github-forge.ts'
import { startGitHub } from './github-double.ts'
import { tempFolder } from './temp-folder.ts'

type Options = {
  kind?: 'app' | 'token'
  now?: () => number
  /** Milliseconds that an answer may take. */
  patience?: number
}

/** A forge on a GitHub of its own. */
export async function openForgeOnGitHub({ kind = 'app', now = Date.now, ...more }: Options = {}) {
  const github = await startGitHub({ now })
  const data = await tempFolder()
  const open = (dataFolder = data.folder) =>
    openGitHubForge({
      settings: { branch: 'main', mostCommits: 250, forge: github.settings(kind) },
      env: github.env,
      dataFolder,
      now,
      ...more,
    })
  const { forge, repository, guard, ...opened } = await open()
  return {
    github,
    forge,
    repository,
    guard,
    /** As another process does, or another server in a folder of its own. */
    open,
    dataFolder: data.folder,
    /** A pull request by Ada of one changed file. */
    async propose(
      branch = 'better',
      files: Record<string, string | null> = { 'flow.txt': 'two\n' },
    ) {
      const head = await github.push({ branch, files, message: 'Better' })
      const number = await github.open({ login: 'ada', branch })
      return { head, number, reference: String(number) }
    },
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]()
      await data[Symbol.asyncDispose]()
      await github[Symbol.asyncDispose]()
    },
  }
}
