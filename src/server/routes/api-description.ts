import type { App } from '../request-context.ts'

/** What the API can do, for programs and for people, open to everybody; made when it is first asked for. */
export function addApiDescription(app: App, version: string): void {
  let made: ReturnType<typeof describe> | undefined
  const described = () => (made ??= describe(version))
  app.get('/api/openapi.json', async (c) => c.json((await described()).description))
  app.get('/api', async (c) => c.html((await described()).page))
}

async function describe(version: string) {
  const [{ describeApi }, { apiPage }] = await Promise.all([
    import('../openapi.ts'),
    import('../api-page.ts'),
  ])
  const description = await describeApi(version)
  return { description, page: apiPage(description) }
}
