import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { describeLeaks } from './helpers/change-leaks-contract.ts'
import { openGitForgeWorld } from './helpers/git-forge.ts'

type Place = { forge: { folder: string } }

const git = async ({ forge }: Place, args: string[]): Promise<string> => {
  const repository = path.join(forge.folder, 'repository.git')
  const options = { maxBuffer: 2 ** 27 }
  return (await promisify(execFile)('git', ['-C', repository, ...args], options)).stdout
}

describeLeaks({
  open: openGitForgeWorld,
  async shown(world, change) {
    const { branch } = await world.stored(change)
    const at = `refs/proofloop/changes/${branch}`
    const files = ['change.json', 'comment.md'].map((file) => `${at}:${file}`)
    return git(world, ['show', ...files])
  },
  kept: async (world) => ({
    repository: await git(world, ['log', '--all', '-p', '--format=%an %ae %B']),
    forge: await world.forge.texts(),
  }),
})
