import type { ForgeNews } from './forge-news.ts'

/** With the address of the page of its change, where mistakes, logs and what is decided stand. */
export function linkNews(news: ForgeNews, page: string): ForgeNews {
  switch (news.kind) {
    case 'check':
      return { ...news, check: { ...news.check, url: page } }
    case 'comment':
      return { ...news, text: `${news.text}\n\n[Mistakes, logs and decisions](${page})` }
    case 'deployment':
      return news
  }
}
