import { type ForgeCheck, ForgeCheckName, type ForgeDeployment } from '../forge.ts'
import { startGitHub } from '../../../../test/helpers/github-double.ts'
import { tempFolder } from '../../../../test/helpers/temp-folder.ts'
import { describeForgeContract, type ForgePlace } from '../forge-contract.ts'
import { openGitHubForge } from './open-github-forge.ts'

async function createGitHubPlace(): Promise<ForgePlace> {
  const github = await startGitHub()
  const data = await tempFolder()
  const { state } = github
  return {
    origin: github.repository.folder,
    author: { name: 'Ann', email: 'ann@people.test', person: 'ann' },
    colleague: { name: 'Bob', email: 'bob@people.test', person: 'bob' },
    open: () =>
      openGitHubForge({
        settings: { branch: 'main', mostCommits: 250, forge: github.settings('app') },
        env: github.env,
        dataFolder: data.folder,
        now: Date.now,
      }),
    async told() {
      return {
        checks: state.runs.map(shownCheck),
        comments: state.comments.map(({ body }) => body.replace(/^<!--.*-->\n/, '')),
        deployments: state.deployments.map(shownDeployment),
      }
    },
    async [Symbol.asyncDispose]() {
      await data[Symbol.asyncDispose]()
      await github[Symbol.asyncDispose]()
    },
  }
}

type GitHubState = Awaited<ReturnType<typeof startGitHub>>['state']

const states = new Map<string, ForgeCheck['state']>([
  ['queued', 'queued'],
  ['in_progress', 'running'],
  ['success', 'passed'],
  ['failure', 'failed'],
])

function shownCheck(run: GitHubState['runs'][number]): ForgeCheck {
  const { commit, title, summary } = run
  const name = ForgeCheckName.parse(run.name.replace('proofloop/', ''))
  const state = states.get(run.conclusion ?? run.status) ?? 'skipped'
  return { name, commit, state, title, summary }
}

function shownDeployment(made: GitHubState['deployments'][number]): ForgeDeployment {
  const { sha, environment, statuses } = made
  const newest = statuses.at(-1)
  return {
    commit: sha,
    environment,
    state: newest?.state === 'failure' ? 'stopped' : 'requested',
    description: newest?.description ?? '',
  }
}

describeForgeContract('GitHub', createGitHubPlace)
