import { describeLeaks } from './helpers/change-leaks-contract.ts'
import { openGitHubForgeWorld } from './helpers/github-forge-world.ts'

describeLeaks({
  open: openGitHubForgeWorld,
  async shown(world, change) {
    const { reference } = await world.stored(change)
    const { head } = await world.newest(change)
    const { comments, runs, pulls } = world.forge.github.state
    const texts = comments.filter(({ pull }) => String(pull) === reference).map(({ body }) => body)
    const checks = runs
      .filter(({ commit }) => commit === head)
      .map(({ name, status, conclusion, title, summary }) =>
        [name, status, conclusion, title, summary].join(': '),
      )
    const { state, title } = pulls.find(({ number }) => String(number) === reference) ?? {}
    return [state, title, ...texts, ...checks].join('\n')
  },
  async kept({ forge: { github } }) {
    const { pulls, reviews, comments, runs, statuses, deployments } = github.state
    const shown = { pulls, reviews, comments, runs, statuses, deployments }
    const lines = Object.entries(shown).map(([place, all]) => [
      place,
      all.map((one) => JSON.stringify(one)).join('\n'),
    ])
    return {
      commits: await github.repository.history(),
      ...Object.fromEntries(lines),
      received: github.received.join('\n'),
    }
  },
  // Most changes are told by an App, in check runs; the last ones with a token, in statuses.
  async meanwhile({ host, forge }) {
    host.changes.forge = await forge.openWithToken()
    forge.github.review(1, 'ada', 'COMMENTED')
  },
  isReadElsewhere: true,
})
