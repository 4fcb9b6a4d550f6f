"""Small programs in several languages that send one message through Twilio, and ``fake-twilio exec`` to run them."""

import os
import subprocess
import sys
from pathlib import Path

CLIENTS = ("http.client", "urllib3", "requests without the environment", "Session.send", "a socket")

SEND_PYTHON = """
import base64, http.client, os, socket, ssl, sys, urllib.parse
sid, token = os.environ["TWILIO_ACCOUNT_SID"], os.environ["TWILIO_AUTH_TOKEN"]
path = f"/2010-04-01/Accounts/{sid}/Messages.json"
body = urllib.parse.urlencode(
    {"To": "+12015550101", "From": os.environ["TWILIO_PHONE_NUMBER"], "Body": f"from {sys.argv[1]}"}
)
headers = {
    "Authorization": "Basic " + base64.b64encode(f"{sid}:{token}".encode()).decode(),
    "Content-Type": "application/x-www-form-urlencoded",
}
url = "https://api.twilio.com" + path
match sys.argv[1]:
    case "http.client":
        connection = http.client.HTTPSConnection("api.twilio.com")
        connection.request("POST", path, body, headers)
        print(connection.getresponse().status)
    case "urllib3":
        import urllib3
        print(urllib3.PoolManager().request("POST", url, body=body, headers=headers).status)
    case "requests without the environment":
        import requests
        session = requests.Session()
        session.trust_env = False
        print(session.post(url, data=body, headers=headers).status_code)
    case "Session.send":
        import requests
        print(requests.Session().send(requests.Request("POST", url, data=body, headers=headers).prepare()).status_code)
    case _:
        address = socket.getaddrinfo("api.twilio.com", "https", socket.AF_INET, socket.SOCK_STREAM)[0]
        plain = socket.socket(*address[:3])
        plain.connect(address[4])
        stream = ssl.create_default_context().wrap_socket(plain, server_hostname="api.twilio.com")
        lines = [f"POST {path} HTTP/1.1", "Host: api.twilio.com", f"Content-Length: {len(body)}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        stream.sendall(("\\r\\n".join(lines) + "\\r\\n\\r\\n" + body).encode())
        print(stream.makefile().readline().split()[1])
"""

SEND_NODE = """
const client = process.argv[1]
const {TWILIO_ACCOUNT_SID: sid, TWILIO_AUTH_TOKEN: token, TWILIO_PHONE_NUMBER: from} = process.env
const path = `/2010-04-01/Accounts/${sid}/Messages.json`
const body = new URLSearchParams({To: '+12015550101', From: from, Body: 'from ' + client}).toString()
const headers = {
  Authorization: 'Basic ' + Buffer.from(sid + ':' + token).toString('base64'),
  'Content-Type': 'application/x-www-form-urlencoded'
}
const url = 'https://api.twilio.com' + path
const ways = {
  https: () => require('https').request(url, {method: 'POST', headers}, (answer) => answer.resume()).end(body),
  fetch: () => fetch(url, {method: 'POST', headers, body}),
  got: () => require('got').post(url, {headers, body}),
  undici: () => require('undici').request(url, {method: 'POST', headers, body})
}
const send = ways[client] ||
  (() => require(client)(sid, token).messages.create({to: '+12015550101', from, body: 'from ' + client}))
Promise.resolve(send()).catch((error) => { console.error(error); process.exit(1) })
"""

SEND_JAVA = """
import java.net.*;
import java.net.http.*;
import java.util.*;

public class Send {
  public static void main(String[] arguments) throws Exception {
    String sid = System.getenv("TWILIO_ACCOUNT_SID");
    String key = sid + ":" + System.getenv("TWILIO_AUTH_TOKEN");
    String authorization = "Basic " + Base64.getEncoder().encodeToString(key.getBytes());
    URI address = URI.create("https://api.twilio.com/2010-04-01/Accounts/" + sid + "/Messages.json");
    String form = "To=%2B12015550101&From=" + URLEncoder.encode(System.getenv("TWILIO_PHONE_NUMBER"), "UTF-8");
    HttpRequest request = HttpRequest.newBuilder(address)
        .header("Authorization", authorization)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(HttpRequest.BodyPublishers.ofString(form + "&Body=from+HttpClient")).build();
    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
    connection.setRequestProperty("Authorization", authorization);
    connection.setDoOutput(true);
    connection.getOutputStream().write((form + "&Body=from+URLConnection").getBytes());
    connection.getResponseCode();
  }
}
"""

SEND_PERL = """
use LWP::UserAgent;
use HTTP::Request::Common;
my ($sid, $token) = @ENV{qw(TWILIO_ACCOUNT_SID TWILIO_AUTH_TOKEN)};
my $request = POST("https://api.twilio.com/2010-04-01/Accounts/$sid/Messages.json",
  [To => "+12015550101", From => $ENV{TWILIO_PHONE_NUMBER}, Body => "from LWP"]);
$request->authorization_basic($sid, $token);
LWP::UserAgent->new->request($request);
"""

SEND_PHP = """<?php
function send($client, $way) {
  [$sid, $token] = [getenv('TWILIO_ACCOUNT_SID'), getenv('TWILIO_AUTH_TOKEN')];
  $form = http_build_query(
    ['To' => '+12015550101', 'From' => getenv('TWILIO_PHONE_NUMBER'), 'Body' => "from $client"]);
  $way("https://api.twilio.com/2010-04-01/Accounts/$sid/Messages.json", $form, "$sid:$token");
}
send('curl', function ($url, $form, $login) {
  $curl = curl_init($url);
  curl_setopt_array($curl, [CURLOPT_POSTFIELDS => $form, CURLOPT_USERPWD => $login, CURLOPT_RETURNTRANSFER => true]);
  curl_exec($curl);
  echo curl_getinfo($curl, CURLINFO_HTTP_CODE), curl_error($curl), PHP_EOL;
});
send('streams', function ($url, $form, $login) {
  $headers = ['Authorization: Basic ' . base64_encode($login), 'Content-Type: application/x-www-form-urlencoded'];
  $context = stream_context_create(['http' => ['method' => 'POST', 'header' => $headers, 'content' => $form]]);
  $stream = fopen($url, 'r', false, $context);
  foreach (stream_get_meta_data($stream)['wrapper_data'] as $line) {
    echo $line, PHP_EOL;
    break;
  }
  echo json_decode(stream_get_contents($stream))->status, PHP_EOL;
});
file_get_contents('https://demo.twilio.com/owl.png');
echo $http_response_header[0], PHP_EOL;
file_get_contents(getenv('FAKE_TWILIO_URL') . '/_fake/v1/health');
echo $http_response_header[0], PHP_EOL;
echo json_encode(@file_get_contents('https://example.com/')), PHP_EOL;
"""


def run_exec(
    data: Path, *program: str, options: tuple[str, ...] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a program under ``fake-twilio exec``, with a folder for the certificate authority."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("TWILIO_", "FAKE_TWILIO"))}
    return subprocess.run(
        [sys.executable, "-P", "-m", "fake_twilio", "exec", "--data-dir", str(data), *options, "--", *program],
        env=inherited | environment,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
