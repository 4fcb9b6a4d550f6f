// Startup hook for Node.js under `fake-twilio exec`: redirects connections to web servers to the fake's proxy.
// Old versions and some libraries ignore proxy variables. This loads only the module `net` and keeps nothing open;
// the proxy finds the intended host in the connection's first bytes.
'use strict'
const net = require('net')

const proxy = process.env.FAKE_TWILIO_PROXY && new URL(process.env.FAKE_TWILIO_PROXY)

function goesAstray (host, port) {
  if (port !== 80 && port !== 443) return false
  const name = String(host || 'localhost').toLowerCase()
  return !(name === 'localhost' || name.endsWith('.localhost') || name === '::1' || name.startsWith('127.'))
}

function led (options) {
  if (options.path || !goesAstray(options.host, Number(options.port))) return options
  return { ...options, host: proxy.hostname, port: Number(proxy.port) }
}

if (proxy) {
  const connect = net.Socket.prototype.connect
  net.Socket.prototype.connect = function (...args) {
    const first = args[0]
    if (Array.isArray(first)) {
      // Node's own modules pass normalized arguments this way; the array's marker must be preserved.
      first[0] = led(first[0])
    } else if (first !== null && typeof first === 'object') {
      args[0] = led(first)
    } else if (Number.isInteger(Number(first)) && typeof args[1] === 'string') {
      const made = led({ port: Number(first), host: args[1] })
      args[0] = made.port
      args[1] = made.host
    }
    return connect.apply(this, args)
  }
}
