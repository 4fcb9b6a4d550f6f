<?php

// Startup hook for PHP (7 and newer) under `fake-twilio exec`, needed because PHP's streams ignore proxy variables.

namespace FakeTwilio;

/** Opens http and https URLs through the proxy, whatever stream context the program passes. */
final class ProxiedStream implements \ArrayAccess, \IteratorAggregate, \Countable
{
    /** The program's context, which PHP passes in. */
    public $context;
    private $stream;
    /** The response headers: programs find this object in `wrapper_data`, and read it like the usual list. */
    private $headers = [];

    public static function register()
    {
        foreach (['http', 'https'] as $scheme) {
            if (in_array($scheme, stream_get_wrappers(), true)) {
                stream_wrapper_unregister($scheme);
                stream_wrapper_register($scheme, self::class, STREAM_IS_URL);
            }
        }
    }

    public function stream_open($path, $mode, $options, &$opened)
    {
        $context = self::proxied($path, $this->context ?: stream_context_get_default());
        stream_wrapper_restore('http');
        @stream_wrapper_restore('https');
        try {
            $this->stream = $options & STREAM_REPORT_ERRORS
                ? fopen($path, $mode, false, $context)
                : @fopen($path, $mode, false, $context);
        } finally {
            self::register();
        }
        // PHP sets this variable only in the scope of the call; code outside of functions finds it here.
        $this->headers = $GLOBALS['http_response_header'] = isset($http_response_header) ? $http_response_header : [];
        return $this->stream !== false;
    }

    /** Return a copy of a context with the proxy, unless it has one or the URL is on this machine. */
    private static function proxied($path, $context)
    {
        $set = stream_context_get_options($context);
        if (!isset($set['http']['proxy']) && !preg_match('#^https?://([^/]*@)?(localhost|127\.|\[::1\])#i', $path)) {
            $set['http']['proxy'] = preg_replace('#^http://#', 'tcp://', getenv('FAKE_TWILIO_PROXY'));
            $set['http']['request_fulluri'] = stripos($path, 'https:') !== 0;
        }
        return stream_context_create($set, stream_context_get_params($context));
    }

    public function stream_read($count)
    {
        return fread($this->stream, $count);
    }

    public function stream_eof()
    {
        return feof($this->stream);
    }

    public function stream_stat()
    {
        return fstat($this->stream);
    }

    public function url_stat($path, $flags)
    {
        return false;
    }

    public function stream_close()
    {
        fclose($this->stream);
    }

    public function stream_cast($as)
    {
        return $this->stream;
    }

    public function stream_set_option($option, $first, $second)
    {
        if ($option === STREAM_OPTION_READ_TIMEOUT) {
            return stream_set_timeout($this->stream, $first, (int) $second);
        }
        return $option === STREAM_OPTION_BLOCKING && stream_set_blocking($this->stream, (bool) $first);
    }

    #[\ReturnTypeWillChange]
    public function getIterator()
    {
        return new \ArrayIterator($this->headers);
    }

    #[\ReturnTypeWillChange]
    public function offsetExists($offset)
    {
        return isset($this->headers[$offset]);
    }

    #[\ReturnTypeWillChange]
    public function offsetGet($offset)
    {
        return $this->headers[$offset];
    }

    #[\ReturnTypeWillChange]
    public function offsetSet($offset, $value)
    {
    }

    #[\ReturnTypeWillChange]
    public function offsetUnset($offset)
    {
    }

    #[\ReturnTypeWillChange]
    public function count()
    {
        return count($this->headers);
    }
}

if (getenv('FAKE_TWILIO_PROXY')) {
    ProxiedStream::register();
}
