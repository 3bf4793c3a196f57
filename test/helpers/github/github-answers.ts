import { exampleOf } from './github-api-description.ts'
import { type ListedCommit, loginOf } from './github-repository.ts'
import type {
  GitHubState,
  GivenComment,
  GivenDeployment,
  GivenReview,
  GivenRun,
  GivenStatus,
  Pull,
} from './github-state.ts'

/** GitHub's example of an answer, with what is told here. */

type Example = Record<string, unknown>

const repository = '/repos/{owner}/{repo}'

function personOf(login: string): Example {
  return {
    ...(exampleOf<Example[]>(`GET ${repository}/pulls/{pull_number}/reviews`, 200)[0]![
      'user'
    ] as Example),
    login,
  }
}

export const rulesetId = 42

type Rules = GitHubState['rules']

/** Each rule of the branch, as of one ruleset. */
export function branchRules(name: string, { checks, isStrict, queue }: Rules): Example[] {
  const from = {
    ruleset_source_type: 'Repository',
    ruleset_source: name,
    ruleset_id: rulesetId,
  }
  const required = {
    type: 'required_status_checks',
    parameters: {
      strict_required_status_checks_policy: isStrict,
      required_status_checks: checks.map((context) => ({ context })),
    },
  }
  const rules = [{ type: 'deletion' }, ...(checks.length > 0 ? [required] : [])]
  return [...rules, ...(queue ? [{ type: 'merge_queue' }] : [])].map((rule) => ({
    ...rule,
    ...from,
  }))
}

export function rulesetAnswer(source: string, { bypass }: Rules): Example {
  const { bypass_actors: _, ...example } = exampleOf<Example>(
    `GET ${repository}/rulesets/{ruleset_id}`,
    200,
  )
  return {
    ...example,
    id: rulesetId,
    source,
    ...(bypass !== null && { current_user_can_bypass: bypass }),
  }
}

export function protectionAnswer({
  checks,
  isStrict,
  forAdmins,
}: NonNullable<Rules['classic']>): Example {
  // What the example says of reviews and of who may push does not fit the description itself.
  const {
    required_pull_request_reviews: _,
    restrictions: __,
    ...example
  } = exampleOf<Record<string, Example>>(`GET ${repository}/branches/{branch}/protection`, 200)
  return {
    ...example,
    required_status_checks: {
      ...example['required_status_checks'],
      contexts: checks,
      checks: checks.map((context) => ({ context, app_id: null })),
      strict: isStrict,
    },
    enforce_admins: { ...example['enforce_admins'], enabled: forAdmins },
  }
}

export function pullAnswer(
  pull: Pull,
  known: { base: string; mergeable: boolean; commits: number; cloneUrl: string },
): Example {
  const example = exampleOf<Example>(`GET ${repository}/pulls/{pull_number}`, 200)
  return {
    ...example,
    ...pullItemOf(pull, example),
    base: { ...(example['base'] as Example), ref: 'main', sha: known.base },
    requested_teams: [],
    merged: pull.mergedAs !== null,
    mergeable: pull.state === 'open' ? known.mergeable : null,
    commits: known.commits,
  }
}

export function pullItem(pull: Pull): Example {
  const example = exampleOf<Example[]>(`GET ${repository}/pulls`, 200)[0]!
  return {
    ...example,
    ...pullItemOf(pull, example),
    base: { ...(example['base'] as Example), ref: 'main' },
    requested_teams: [],
  }
}

function pullItemOf(pull: Pull, example: Example): Example {
  return {
    number: pull.number,
    state: pull.state,
    title: pull.title,
    body: pull.body,
    draft: pull.draft,
    user: personOf(pull.login),
    head: headOf(pull, example),
    merge_commit_sha: pull.mergedAs,
    merged_at: pull.mergedOn,
    updated_at: pull.updatedAt,
  }
}

function headOf({ branch, head, fork }: Pull, example: Example): Example {
  const { repo } = example['base'] as { repo: Example }
  const from = fork === undefined ? repo : { ...repo, full_name: fork }
  return { ...(example['head'] as Example), ref: branch, sha: head, repo: from }
}

export function commitAnswer({ sha, tree, author, committer }: ListedCommit): Example {
  const example = exampleOf<Example[]>(`GET ${repository}/pulls/{pull_number}/commits`, 200)[0]!
  const person = (address: string): Example | null => {
    const login = loginOf(address)
    return login === null ? null : personOf(login)
  }
  return {
    ...example,
    sha,
    commit: { ...(example['commit'] as Example), tree: { url: 'https://x.test', sha: tree } },
    author: person(author),
    committer: person(committer),
  }
}

export function reviewAnswer({ id, login, state, commit, at }: GivenReview): Example {
  const example = exampleOf<Example[]>(`GET ${repository}/pulls/{pull_number}/reviews`, 200)[0]!
  return { ...example, id, user: personOf(login), state, commit_id: commit, submitted_at: at }
}

export function runAnswer(run: GivenRun): Example {
  const example = exampleOf<Example>(`POST ${repository}/check-runs`, 201)
  const output = { ...(example['output'] as Example), title: run.title, summary: run.summary }
  return {
    ...example,
    id: run.id,
    name: run.name,
    head_sha: run.commit,
    external_id: run.externalId,
    html_url: `https://github.test/runs/${run.id}`,
    status: run.status,
    conclusion: run.conclusion,
    completed_at: run.status === 'completed' ? example['completed_at'] : null,
    output,
    app: { ...(example['app'] as Example), id: run.app, client_id: `Iv1.${run.app}` },
  }
}

export function statusItem({ id, context, state, description }: GivenStatus): Example {
  const { statuses } = exampleOf<{ statuses: Example[] }>(
    `GET ${repository}/commits/{ref}/status`,
    200,
  )
  const target_url = `https://github.test/status/${id}`
  return { ...statuses[0], id, context, state, description, target_url }
}

export function statusAnswer({ id, context, state, description }: GivenStatus): Example {
  const example = exampleOf<Example>(`POST ${repository}/statuses/{sha}`, 201)
  return { ...example, id, context, state, description }
}

export function combinedStatus(sha: string, statuses: Example[]): Example {
  const example = exampleOf<Example>(`GET ${repository}/commits/{ref}/status`, 200)
  return { ...example, sha, statuses, total_count: statuses.length }
}

export function commentAnswer({ id, login, body, app }: GivenComment): Example {
  const example = exampleOf<Example>(`POST ${repository}/issues/{issue_number}/comments`, 201)
  const { app: appExample } = exampleOf<Example>(`POST ${repository}/check-runs`, 201)
  return {
    ...example,
    id,
    body,
    user: personOf(login),
    performed_via_github_app: app === null ? null : { ...(appExample as Example), id: app },
  }
}

export function deploymentAnswer(deployment: GivenDeployment): Example {
  const { id, sha, task, environment, description } = deployment
  const example = exampleOf<Example>(`POST ${repository}/deployments`, 201)
  return { ...example, id, sha, ref: sha, task, environment, description }
}

export function deploymentStatus(
  { environment }: GivenDeployment,
  { id, state, description }: GivenDeployment['statuses'][number],
): Example {
  const call = `POST ${repository}/deployments/{deployment_id}/statuses`
  return { ...exampleOf<Example>(call, 201), id, state, description, environment }
}

export function repositoryAnswer(name: string, cloneUrl: string): Example {
  const example = exampleOf<Example>(`GET ${repository}`, 200)
  const source = { ...(example['source'] as Example), language: null }
  return { ...example, language: null, source, full_name: name, clone_url: cloneUrl }
}

export function tokenAnswer(token: string, expiresAt: string): Example {
  const call = 'POST /app/installations/{installation_id}/access_tokens'
  return { ...exampleOf<Example>(call, 201), token, expires_at: expiresAt }
}

export function userAnswer(login: string): Example {
  return { ...exampleOf<Example>('GET /user', 200), login }
}

export function refAnswer(ref: string, sha: string): Example {
  const example = exampleOf<Example>(`GET ${repository}/git/ref/{ref}`, 200)
  return { ...example, ref: `refs/${ref}`, object: { ...(example['object'] as Example), sha } }
}
