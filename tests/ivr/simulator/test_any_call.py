"""Whatever callers, callees and servers do: limits hold, and every leg ends once and is told once."""

from collections import Counter
from typing import Any

from flask import Flask, Response, request
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.simulator import Network, Quirks, answers, busy, fails, no_answer, wsgi_transport
from ivr.simulator.ringing import Order

LIMIT = 20
PHONE, OURS = "+447700900123", "+442031234567"
DOCUMENTS = {
    "/voice": '<Gather numDigits="1" action="/dial"><Say>Press a key</Say></Gather><Say>Bye</Say>',
    "/dial": f'<Dial action="/voice" hangupOnStar="true" timeout="5" timeLimit="{LIMIT}">'
    '<Number statusCallback="/leg">+93701234567</Number></Dial>',
}

callees = st.one_of(
    st.builds(answers, st.one_of(st.none(), st.integers(0, 25)), delay=st.integers(0, 12)),
    st.sampled_from([busy(), no_answer(), fails()]),
)
deeds = st.one_of(
    st.tuples(st.just("press"), st.sampled_from(["1", "12", "#", "*", "1*1*", "1 1 1"])),
    st.tuples(st.just("wait"), st.integers(0, 30)),
    st.tuples(st.sampled_from(["silent", "finish", "hang up", "end call", "end child"]), st.just("")),
)


def stage() -> tuple[Flask, list[dict[str, str]]]:
    app, told = Flask("any"), []

    @app.post("/<path:path>")
    def answer(path: str) -> Response:
        if path in ("leg", "status"):
            told.append(dict(request.form))
        return Response(f"<Response>{DOCUMENTS.get('/' + path, '')}</Response>", content_type="text/xml")

    return app, told


def rung(network: Network, callee: Any) -> Any:
    """The same call, asked for by the server."""
    order = Order("http://localhost/voice", status_url="http://localhost/status")
    network.ring_out(OURS, PHONE, order)
    return network.pick_up(PHONE, callee)


def do(network: Network, phone: Any, deed: str, detail: Any) -> None:
    live = [leg for leg in phone.dialled if not leg.record.is_over]
    if deed == "press":
        phone.press(detail)
    elif deed == "wait":
        phone.wait(detail)
    elif deed == "end call" and not phone.ended:
        network.registry.end(phone.sid)
    elif deed == "end child" and live:
        network.registry.end(live[0].sid)
    else:
        {"silent": phone.stay_silent, "finish": phone.finish_dial, "hang up": phone.hang_up}.get(
            deed, lambda: None
        )()


@settings(max_examples=60, deadline=None)
@given(callees, st.lists(deeds, max_size=8), st.sampled_from(["answer", "dial"]), st.booleans())
def test_every_leg_keeps_its_limit_and_reports_its_end_once(
    callee: Any, script: Any, clock: Any, is_rung: bool
) -> None:
    app, told = stage()
    network = Network(
        wsgi_transport(app),
        account_sid="AC1",
        auth_token="token",
        voice_url="http://localhost/voice",
        status_url="http://localhost/status",
        quirks=Quirks(time_limit_from=clock),
        seed=3,
    )
    phone = rung(network, callee) if is_rung else network.ring(PHONE, OURS, callee)
    for deed, detail in script:
        do(network, phone, deed, detail)
    phone.hang_up()
    network.deliver()

    legs = network.registry.all()
    assert all(leg.is_over for leg in legs)
    assert all(leg.seconds <= LIMIT for leg in phone.dialled)
    assert all((leg.seconds > 0) <= (leg.status == "completed") for leg in legs)
    assert Counter(form["CallSid"] for form in told) == Counter(leg.sid for leg in legs)
    for form in told:
        leg = network.registry.find(form["CallSid"])
        assert (form["CallStatus"], form["CallDuration"]) == (leg.status, str(leg.seconds))
