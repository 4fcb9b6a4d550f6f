// What Cucumber's own HTML formatter makes of a file of Cucumber Messages. Arguments: the file, and where the page goes.
// Every line is read by the official library first; prints JSON: how many envelopes of each kind there are.
import { createReadStream, createWriteStream, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pipeline } from 'node:stream/promises'

const require = createRequire(import.meta.url)
const { NdjsonToMessageStream } = require('@cucumber/message-streams')
const { CucumberHtmlStream } = require('@cucumber/html-formatter')
const { parseEnvelope } = require('@cucumber/messages')

const [file, page] = process.argv.slice(2)
const kinds = {}
for (const line of readFileSync(file, 'utf-8').trimEnd().split('\n')) {
  const kind = Object.keys(parseEnvelope(line)).find((name) => JSON.parse(line)[name])
  kinds[kind] = (kinds[kind] ?? 0) + 1
}
await pipeline(createReadStream(file), new NdjsonToMessageStream(), new CucumberHtmlStream(), createWriteStream(page))
console.log(JSON.stringify(kinds))
