"""Every element and attribute of TwiML that the documents and the provider's own library know."""

from dataclasses import dataclass
from functools import cache

# One line per element: name | attributes | children. `+text` among the children allows words.
# An attribute is a word, or `name=kind` with a kind from `values.py`; the default kind is text.
CALLBACK = "statusCallback statusCallbackMethod=method statusCallbackEvent"
RECORDING = "recordingStatusCallback recordingStatusCallbackMethod=method recordingStatusCallbackEvent"
AMD = (
    "machineDetection amdStatusCallback amdStatusCallbackMethod=method machineDetectionTimeout=whole "
    "machineDetectionSpeechThreshold=whole machineDetectionSpeechEndThreshold=whole "
    "machineDetectionSilenceTimeout=whole"
)
SPOKEN = "break emphasis lang phoneme prosody say-as sub w +text"

TABLE = f"""
Response | | Connect Dial Echo Enqueue Gather Hangup Leave Pause Pay Play Prompt Queue Record \
Redirect Refer Reject Say Sms Start Stop Message
Say | voice language loop=whole | {SPOKEN} p s
Play | loop=whole digits | +text
Pause | length=positive |
Gather | input=input action method=method timeout=timeout speechTimeout maxSpeechTime=whole \
profanityFilter=flag finishOnKey=finish numDigits=positive partialResultCallback \
partialResultCallbackMethod=method language hints bargeIn=flag debug=flag actionOnEmptyResult=flag \
speechModel enhanced=flag | Say Play Pause
Dial | action method=method timeout=positive hangupOnStar=flag timeLimit=positive callerId record \
trim recordingConfigurationId {RECORDING} answerOnBridge=flag ringTone recordingTrack \
sequential=flag referUrl referMethod=method events passports callReason | Client Conference Number \
Queue Sim Sip Application WhatsApp +text
Number | url method=method {CALLBACK} sendDigits byoc {AMD} | +text
Sip | url method=method username password {CALLBACK} {AMD} | Uri Headers +text
Uri | priority=whole weight=whole username password | +text
Headers | | Header
Header | name value |
Client | url method=method {CALLBACK} | Identity Parameter +text
Identity | | +text
Parameter | name value |
Config | name value |
Conference | muted=flag beep startConferenceOnEnter=flag endConferenceOnExit=flag waitUrl \
waitMethod=method maxParticipants=positive record recordingConfigurationId region coach trim \
{CALLBACK} {RECORDING} eventCallbackUrl jitterBufferSize participantLabel | +text
Queue | url method=method reservationSid postWorkActivitySid | +text
Sim | | +text
WhatsApp | url method=method {CALLBACK} | +text
Application | url method=method {CALLBACK} customerId copyParentTo=flag | ApplicationSid Parameter \
+text
ApplicationSid | | +text
Redirect | method=method | +text
Hangup | | Parameter
Reject | reason=reason | Parameter
Leave | |
Echo | |
Record | action method=method timeout=positive finishOnKey=finish maxLength=positive playBeep=flag \
trim {RECORDING} transcribe=flag transcribeCallback recordingConfigurationId |
Enqueue | action method=method maxQueueSize=whole waitUrl waitUrlMethod=method workflowSid | Task \
+text
Task | priority=whole timeout=whole | +text
Sms | to from action method=method statusCallback | +text
Message | to from action method=method statusCallback | Body Media +text
Body | | +text
Media | | +text
Refer | action method=method | Sip
Pay | input action bankAccountType statusCallback statusCallbackMethod=method timeout=whole \
maxAttempts=whole securityCode=flag postalCode minPostalCodeLength=whole paymentConnector \
paymentMethod tokenType chargeAmount currency description validCardTypes language | Prompt Parameter
Prompt | for errorType cardType attempt requireMatchingInputs=flag | Say Play Pause
Start | action method=method | Stream Siprec Transcription Recording
Stop | | Stream Siprec Transcription
Connect | action method=method | Room Autopilot Stream VirtualAgent Conversation ConversationRelay \
AiSession ConversationRelaySession
Stream | name connectorName url track statusCallback statusCallbackMethod=method audioFormat \
sampleRate | Parameter
Siprec | name connectorName track statusCallback statusCallbackMethod=method | Parameter
Recording | {RECORDING} trim track channels recordingConfigurationId |
Transcription | name track statusCallbackUrl statusCallbackMethod=method inboundTrackLabel \
outboundTrackLabel partialResults=flag languageCode transcriptionEngine profanityFilter=flag \
speechModel hints enableAutomaticPunctuation=flag intelligenceService | Config Parameter
Room | participantIdentity | +text
Autopilot | | +text
VirtualAgent | connectorName language sentimentAnalysis=flag statusCallback \
statusCallbackMethod=method | Config Parameter
Conversation | serviceInstanceSid inboundAutocreation=flag routingAssignmentTimeout=whole \
inboundTimeout=whole url method=method record trim {RECORDING} {CALLBACK} |
AiSession | aiConnector aiSessionConfiguration |
ConversationRelaySession | connector sessionConfiguration |
ConversationRelay | url language ttsLanguage transcriptionLanguage ttsProvider voice \
transcriptionProvider speechModel profanityFilter=flag dtmfDetection=flag welcomeGreeting \
partialPrompts=flag welcomeGreetingInterruptible interruptible preemptible=flag hints \
intelligenceService reportInputDuringAgentSpeech elevenlabsTextNormalization interruptSensitivity \
debug backgroundNoiseReduction speechTimeout deepgramSmartFormat ignoreBackchannel events \
partialPromptOnHangup eagerEotThreshold asrSmartFormat ttsTextNormalization \
ttsLanguageTextNormalization elevenlabsLanguageTextNormalization includeInPrompt customerName \
applicationReconnect echoPromptFiltering turnDetection | Language Parameter
Language | code ttsProvider voice transcriptionProvider speechModel hints asrSmartFormat \
ttsTextNormalization ttsLanguageTextNormalization |
break | strength time |
emphasis | level | {SPOKEN}
lang | xml:lang | {SPOKEN} p s
p | | {SPOKEN} s
s | | {SPOKEN}
w | role | break emphasis phoneme prosody say-as sub +text
phoneme | alphabet ph | +text
prosody | volume rate pitch | {SPOKEN} p s
say-as | interpret-as format | +text
sub | alias | +text
"""


@dataclass(frozen=True)
class Element:
    """What one element may carry."""

    name: str
    attributes: dict[str, str]  # name → kind
    children: frozenset[str]
    words: bool


def _element(line: str) -> Element:
    name, attributes, children = (part.strip() for part in line.split("|"))
    kinds = {word.split("=")[0]: (word.split("=") + ["text"])[1] for word in attributes.split()}
    inside = frozenset(children.split())
    return Element(name, kinds, inside - {"+text"}, "+text" in inside)


@cache
def elements() -> dict[str, Element]:
    """The whole table by element name."""
    found = [_element(line) for line in TABLE.strip().splitlines()]
    return {element.name: element for element in found}
