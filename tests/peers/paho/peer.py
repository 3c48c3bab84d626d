"""The Eclipse Paho client as a peer: `peer.py pub …` and `peer.py sub …`, as ../README.md tells."""

import argparse
import sys

import paho.mqtt.client as mqtt

# Paho gives the reasons of MQTT 5 for the return codes of CONNACK.
RETURN_CODES = {134: 4, 135: 5}

parser = argparse.ArgumentParser()
parser.add_argument("task", choices=["pub", "sub"])
parser.add_argument("--port", type=int)
parser.add_argument("--cafile")
parser.add_argument("--user")
parser.add_argument("--password")
parser.add_argument("--id", default="")
parser.add_argument("--keep", action="store_true")
parser.add_argument("--will-topic")
parser.add_argument("--will-payload")
parser.add_argument("--topic")
parser.add_argument("--qos", type=int)
parser.add_argument("--count", type=int)
parser.add_argument("--message")
parser.add_argument("--retain", action="store_true")
asked = parser.parse_args()
left = asked.count
code = 0


def tell(line):
    print(line, flush=True)


def end(client):
    """Takes leave; what is still unanswered is answered before."""
    client.disconnect()


def on_connect(client, _, flags, reason, __):
    global code
    if reason.is_failure:
        tell(f"refused {RETURN_CODES.get(reason.value, reason)}")
        code = 1
        client.disconnect()
    elif asked.task == "sub":
        tell(f"connected {int(flags.session_present)}")
        client.subscribe(asked.topic, asked.qos)
    else:
        client.publish(asked.topic, asked.message, asked.qos, asked.retain)


def on_subscribe(client, *_):
    tell("ready")
    if left == 0:
        end(client)


def on_message(client, _, message):
    global left
    tell(f"{int(message.retain)} {message.topic} {message.payload.decode()} {message.qos}")
    left -= 1
    if left == 0:
        end(client)


client = mqtt.Client(
    mqtt.CallbackAPIVersion.VERSION2,
    client_id=asked.id,
    clean_session=not asked.keep,
    protocol=mqtt.MQTTv311,
)
client.on_connect = on_connect
client.on_subscribe = on_subscribe
client.on_message = on_message
# At QoS 0 the message was sent, at QoS 1 and 2 the broker has it.
client.on_publish = lambda client, *_: client.disconnect()
if asked.cafile:
    client.tls_set(ca_certs=asked.cafile)
if asked.user:
    client.username_pw_set(asked.user, asked.password)
if asked.will_topic:
    client.will_set(asked.will_topic, asked.will_payload, qos=1)
client.connect("127.0.0.1", asked.port)
client.loop_forever(retry_first_connection=False)
sys.exit(code)
