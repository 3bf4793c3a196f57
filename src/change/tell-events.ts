import type { ChangeHost } from './change-host.ts'
import type { NewChangeEvent } from './change-story.ts'
import { notificationSteps } from './notify/notification-steps.ts'
import type { ObservedChange } from './observed-change.ts'

/** In its story, and to whom it concerns: all of them or none, each once. */
export async function tellEvents(
  host: ChangeHost,
  observed: ObservedChange,
  events: NewChangeEvent[],
): Promise<void> {
  const { id: change } = observed.change
  const all = events.map(async (event) => {
    const steps = await notificationSteps(host, observed, event)
    return { event: { ...event, change }, steps }
  })
  await host.store.changes.tellTogether(await Promise.all(all))
}
