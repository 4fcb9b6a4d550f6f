// What Cucumber's own language service makes of our feature files: the steps that it does not resolve.
// Arguments: the glue file, then feature files. Prints JSON: errors of the glue, and per file the undefined steps.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)
const main = require.resolve('@cucumber/language-service')
const { ExpressionBuilder, getGherkinDiagnostics } = require('@cucumber/language-service')
const { WasmParserAdapter } = require('@cucumber/language-service/wasm')

const [glue, ...features] = process.argv.slice(2)
delete globalThis.fetch // the parser's loader would take it for a browser's
const adapter = new WasmParserAdapter(join(dirname(main), '..', '..'))
await adapter.init()
const languageName = glue.endsWith('.py') ? 'python' : 'javascript'
const sources = glue.split(',').map((uri) => ({ languageName, uri, content: readFileSync(uri, 'utf-8') }))
const { expressionLinks, errors } = new ExpressionBuilder(adapter).build(sources, [])
const expressions = expressionLinks.map((link) => link.expression)
const found = features.flatMap((file) =>
  getGherkinDiagnostics(readFileSync(file, 'utf-8'), expressions).map((one) => ({ file, message: one.message })),
)
console.log(JSON.stringify({ expressions: expressions.length, errors: errors.map(String), found }))
