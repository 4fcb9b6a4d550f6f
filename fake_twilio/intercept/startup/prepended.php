<?php
// Read by PHP before each script under `fake-twilio exec`: PHP's own streams know no proxy variable.
(function () {
    $proxy = getenv('FAKE_TWILIO_PROXY');
    if ($proxy) {
        $address = preg_replace('#^http://#', 'tcp://', $proxy);
        stream_context_set_default(['http' => ['proxy' => $address, 'request_fulluri' => true]]);
    }
})();
