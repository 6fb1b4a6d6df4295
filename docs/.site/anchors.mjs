// Fails if a link of the built site leads to a page or an anchor that does not exist.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

const site = process.argv[2]
const base = (process.env.SITE_BASE ?? '/').replace(/\/$/, '')
const pages = readdirSync(site, { recursive: true }).filter(name => name.endsWith('.html') && name !== '404.html')
const texts = new Map(pages.map(page => ['/' + page, readFileSync(join(site, page), 'utf8')]))
const ids = new Map([...texts].map(([page, text]) => [page, new Set([...text.matchAll(/ id="([^"]+)"/g)].map(m => m[1]))]))
let broken = 0

for (const [page, text] of texts) {
  for (const [, href] of text.matchAll(/<a [^>]*?href="([^"]+)"/g)) {
    if (/^[a-z]+:/.test(href)) continue
    const { pathname, hash } = new URL(href, 'http://site' + base + page)
    let target = decodeURI(pathname).slice(base.length)
    if (target.endsWith('/')) target += 'index.html'
    const anchor = decodeURIComponent(hash.slice(1)).replaceAll('&amp;', '&')
    if (!(ids.has(target) || existsSync(join(site, target))) || anchor && ids.has(target) && !ids.get(target).has(anchor)) {
      console.error(`${relative('/', page)}: ${href} leads nowhere`)
      broken++
    }
  }
}
console.log(`${pages.length} pages, ${broken} broken links`)
process.exit(broken ? 1 : 0)
