"""A desk in Python that knows the protocol from docs/api/asyncapi.json alone.

It takes what is offered and repeats what customers say, until the first of them has left; every
frame in both directions is held against the document. Beside `npm start`:
pip install -r examples/requirements.txt
TOKEN=$(npm run -s token -- amy) python3 examples/desk.py [ws://127.0.0.1:3000/local]
"""
import itertools, json, os, pathlib, sys, uuid
from jsonschema import Draft202012Validator
from websockets.sync.client import connect

document = json.loads((pathlib.Path(__file__).parent.parent / "docs/api/asyncapi.json").read_text())
server = document["servers"]["local"]
url = sys.argv[1] if len(sys.argv) > 1 else f"{server['protocol']}://{server['host']}{server['pathname']}"
speaks, bearer, *_ = document["x-subprotocols"]  # agent-manager.v1, bearer.<token>
numbers = itertools.count(1)


def check(event, frame):
    """Raises where the frame is not as the document says."""
    schema = {"$ref": f"#/components/schemas/frame.{event}", "components": document["components"]}
    Draft202012Validator(schema).validate(frame)
    return frame


def say(socket, event, /, **data):
    frame = check(event, {"action": event, "id": str(next(numbers)), "data": data})
    socket.send(json.dumps(frame))


def heard(socket):
    """Every event of the manager that the document knows; what it does not know is ignored."""
    for text in socket:
        frame = json.loads(text)
        if frame.get("event") in document["operations"]:
            yield check(frame["event"], frame)["event"], frame["data"]


def reply(words):
    sender = {"id": "desk.py", "type": "AGENT"}
    message = {"id": str(uuid.uuid4()), "header": {"sender": sender}, "body": {"type": "PLAIN", "markdownText": words}}
    return {"id": str(uuid.uuid4()), "name": "AGENT_MESSAGE", "type": "MESSAGE", "data": message}


with connect(url, subprotocols=[speaks, bearer.replace("<token>", os.environ["TOKEN"])]) as socket:
    say(socket, "changeAgentState", action="agentState", state={"name": "READY"})
    for event, data in heard(socket):
        if event == "taskRequest":
            say(socket, "topicSubscription", conversationId=data["conversationId"], taskId=data["taskId"])
        elif event == "onTopicData":
            print("talking with", data["topicData"]["customer"]["firstName"], flush=True)
        elif event == "onCimEvent":
            cim = json.loads(data["cimEvent"])
            if cim["name"] == "CUSTOMER_MESSAGE":
                print("customer:", words := cim["data"]["body"]["markdownText"], flush=True)
                say(socket, "publishCimEvent", conversationId=data["conversationId"], cimEvent=reply(f"You said: {words}"))
            elif cim["name"] == "CHANNEL_SESSION_ENDED":
                say(socket, "changeAgentState", action="agentState", state={"name": "LOGOUT"})
        elif event == "errors":
            sys.exit(f"{data['code']}: {data['msg']}. {document['x-codes'][data['code']]['meaning']}")
