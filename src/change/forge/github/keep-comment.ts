import { z } from 'zod'
import { Anything, Comment } from './github-answers.ts'
import { isStatus } from './github-error.ts'
import { isOurApp } from './our-name.ts'
import type { PullRequestHost } from './read-pull-request.ts'

/** Nobody sees it on the page. */
const marker = '<!-- proofloop: what is known of this change -->'

/** Characters; GitHub takes a few more. */
const mostText = 60_000

/** The one comment of ours: replaced, and written anew when somebody deleted it. */
export function createComments({
  api,
  app,
  login,
}: Pick<PullRequestHost, 'api' | 'app' | 'login'>) {
  const { names } = api
  /** Anybody can write our marker. */
  const isOurs = async (comment: z.infer<typeof Comment>): Promise<boolean> => {
    if (comment.body?.startsWith(marker) !== true) return false
    if (app !== null) return isOurApp(comment.performed_via_github_app, app)
    return comment.user?.login === (await login())
  }
  const findOurs = async (number: number) => {
    const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments'
    const all = await api.all(route, { ...names, issue_number: number }, z.array(Comment))
    for (const comment of all) if (await isOurs(comment)) return comment
    return null
  }
  return async (number: number, text: string): Promise<void> => {
    const body = `${marker}\n${text.slice(0, mostText)}`
    const known = await findOurs(number)
    if (known?.body === body) return
    if (known !== null) {
      try {
        const route = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}'
        await api.call(route, { ...names, comment_id: known.id, body }, Anything)
        return
      } catch (error) {
        // Deleted since we looked.
        if (!isStatus(error, 404)) throw error
      }
    }
    const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments'
    await api.call(route, { ...names, issue_number: number, body }, Anything)
  }
}
