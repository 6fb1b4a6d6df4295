// The pages of this repository as a static site. .ci/site copies it and them to target/site-source, and builds it there.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, posix, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const source = join(dirname(fileURLToPath(import.meta.url)), '..')
const root = join(source, '../..')
const repository = process.env.GITHUB_REPOSITORY ? `https://github.com/${process.env.GITHUB_REPOSITORY}` : null
const pages = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' }).trim().split('\n')
const title = page => /^# (.+)$/m.exec(readFileSync(join(root, page), 'utf8'))?.[1] ?? page

const item = page => ({ text: title(page), link: '/' + address(page) })
const below = folder => pages.filter(page => page.startsWith(folder + '/')).map(item)

/** The pages of docs itself; those that are not named here come last. */
function guides() {
  const first = ['getting-started', 'producer-guide', 'change-feed', 'recipes', 'command-line', 'errors-and-retries',
    'monitoring', 'reference'].map(name => `docs/${name}.md`)
  const others = pages.filter(page => dirname(page) === 'docs' && !first.includes(page))
  return [...first.slice(1), ...others]
}

/** README.md is the first page of its folder. */
function address(page) {
  return page.replace(/README\.md$/, 'index.md').replace(/\.md$/, '').replace(/(^|\/)index$/, '$1')
}

/** Sources and folders are not part of the site: links to them lead to the repository. Missing ones fail the build. */
function links(md) {
  md.core.ruler.push('repository-links', state => {
    const page = state.env.path && relative(source, state.env.realPath ?? state.env.path)
    for (const token of state.tokens.flatMap(each => each.children ?? [])) {
      if (token.type !== 'link_open' || !page) continue
      const href = token.attrGet('href')
      if (/^([a-z]+:|#|\/)/.test(href)) continue
      const [path, anchor] = href.split('#')
      const target = posix.normalize(posix.join(dirname(page), decodeURI(path)))
      if (!existsSync(join(root, target))) throw new Error(`${page}: no ${target}`)
      const asPage = [target, posix.join(target, 'README.md')].find(each => pages.includes(each))
      if (asPage) {
        token.attrSet('href', '/' + address(asPage) + (anchor ? '#' + anchor : ''))
      } else {
        token.attrSet('href', `${repository ?? 'https://github.com'}/blob/main/${target}`)
      }
    }
  })
}

/** Keeps Vue from evaluating {{…}} in text. */
function noTemplates(md) {
  const render = md.renderer.render.bind(md.renderer)
  md.renderer.render = (...args) => render(...args).replaceAll('{{', '&#123;&#123;')
}

export default {
  title: 'camel-integratorio',
  description: 'Sell licenses of SmartConnectors from Apache Camel routes',
  outDir: join(root, 'target/site'),
  base: process.env.SITE_BASE ?? '/',
  cleanUrls: false,
  srcExclude: ['**/node_modules/**'],
  rewrites: Object.fromEntries(pages.filter(page => basename(page) === 'README.md')
    .map(page => [page, page.replace(/README\.md$/, 'index.md')])),
  // The pages are plain Markdown: text such as <name> or {{property}} is neither HTML nor a template.
  markdown: { html: false, config: md => { links(md); noTemplates(md) } },
  // Its tables need the whole width.
  transformPageData(page) {
    page.frontmatter.aside ??= page.relativePath !== 'docs/reference.md'
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    socialLinks: repository ? [{ icon: 'github', link: repository }] : [],
    sidebar: [
      { text: 'Start', items: [{ text: 'What it is', link: '/' }, item('docs/getting-started.md')] },
      { text: 'Guides', items: guides().map(item) },
      { text: 'Where it runs', items: below('docs/runtimes') },
      { text: 'Examples', items: below('camel-integratorio-examples') },
      { text: 'Tests', items: [item('camel-integratorio-simulator/README.md')] },
      { text: 'Inside', collapsed: true, items: [...below('docs/internals'), ...below('camel-integratorio-benchmarks')] },
      { text: 'Decisions', collapsed: true, items: below('docs/decisions') },
      { text: 'Project', items: ['CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md'].map(item) }
    ]
  }
}
