### What the page says, in English: the source of all languages.
###
### A language is a file beside this one, named by its tag (`de.ftl`, `pt-BR.ftl`),
### with the same messages; what it does not say yet stays English. It comes onto the
### page with the next `cargo xtask build`. Docker's words and a lesson's are not here:
### the former stay as they are, the latter are in `lesson.<tag>.md`.
###
### A message is named after its first words, and stands once, wherever it is said.
### Its arguments are given in the order in which English first names them.

## The regions of the page

lesson = Lesson
stage = Stage
tables = Tables
terminal = Terminal
files = Files
inspector = Inspector
regions = Regions

## The stage

diagram = Diagram
text = Text
stage-as = Stage as
no-registry-yet = No registry yet
registry = registry
none-yet = none yet
no-registry-was-needed-yet = No registry was needed yet. The name of an image says which one to ask.

## Tables

large-tables = Large tables
smaller = Smaller
larger = Larger

## Images

no-images-yet = No images yet. A build, a pull or a run puts them here.
the-images-of-all-machines = The images of all machines
image = Image
machine = Machine
id = ID
layers = Layers
content-size = Content size
disk-usage = Disk usage
in-use = In use
inside = Inside
untagged = untagged
by-a-container = by a container
no = no

## Blobs

no-blobs-yet = No blobs yet. A build makes the first ones.
digest = Digest
kind = Kind
size = Size
held-by = Held by
every-blob-of-the-lab = Every blob of the lab and the places that hold it

## The process table

nothing-has-happened-yet = Nothing has happened yet. Run a step of the lesson, or type a line.
what-happened-a-row = What happened, a row an operation; every cell answers why
step = Step
the-hint-points-to = The hint points here:{ " " }
the-hint-points-here = { " " }(the hint points here)
now-aside = { " " }(now)
to-come-aside = { " " }(to come)

## The status tracker

nothing-to-track-yet = Nothing to track yet.
what-each-place-held = What each place held at each moment
why = Why?
empty = empty
new = new

## The player

pause = Pause
play = Play
player = Player
point-of-the-history = Point of the history
first = First
back = Back
next = Next
last = Last
speed = Speed
slower = Slower
faster = Faster
undo = Undo
redo = Redo
step-of = Step { $here } of { $last }: { $label }

## The steps of the lesson

all-steps-are-done = All steps are done. Try the questions, or type lines of your own.
running = Running…
run-step = Run step { $at }
change-this-line-and-run = Change this line and run it
change-the-line-of-step = Change the line of step { $at }
done-before = done:{ " " }
next-before = next:{ " " }
to-come-before = to come:{ " " }
the-line-to-run-instead = The line to run instead
run-this-instead = Run this instead
leave-it = Leave it

## Branches and bookmarks

compared = Compared.
the-start = the start
stop = stop { $position }
stop-of = stop { $position } of { $branch }
branches-and-bookmarks = Branches and bookmarks
you-are-at = You are at { $here }.
reset-this-step = Reset this step
reset-this-step-back = Reset this step: back to where it began
close = Close
no-branches-yet = No branches yet. Go back to an earlier stop and type something else there: both ways stay.
the-end-of = the end of { $name }
the-first-way = the first way
from-the-start = from the start
from-stop = from stop { $stop }
shown = { " " }shown
from = From
stops = Stops
begins-with = Begins with
ends-with = Ends with
branches = Branches
branch = Branch
go = Go
go-to = Go to { $called }
compare = Compare
compare-with = Compare with { $called }
forget = Forget
forget-the-name = Forget the name { $name }
name-this-point = Name this point
before-the-push = before the push
keep-the-name = Keep the name
bookmarks = Bookmarks

## What the learner has to be told

drydock = Drydock
the-engine-could-not-be = The engine could not be started.
try-again = Try again
start-over-without = Start over without what was saved
a-part-of-this-page = A part of this page could not be loaded: { $reason }. Little can be done without it.
what-was-saved-could-not = What was saved could not be restored, so the lab starts fresh. { $reason }
another-tab-has-changed = Another tab has changed this lab. What is done here is not saved, so that nothing of the other's is lost.
show-the-other-tabs-lab = Show the other tab’s lab
save-this-one-instead = Save this one instead
dismiss = Dismiss

## Tabs and regions

starting-the-engine = Starting the engine…
# What is read while the engine is on its way; `index.html` says it, too.
lead = See what an image, a tag, a digest and a layer are. Here docker build, tag, push, pull and run are really executed, byte for byte: look inside, go back, and ask why.
process = Process
status-tracker = Status tracker
images = Images
blobs = Blobs
requests = Requests
inspect = Inspect
explore = Explore

## The lesson

lesson-step-of = Step { $at } of { $count }
steps-about-minutes = { $count } steps, about { $minutes } minutes
back-to-where-the-lab = Back to where the lab is
where-common-pictures-go-wrong = Where common pictures go wrong

## Key moments

key-moments = Key moments
show-me = Show me
running-in-a-copy = Running in a copy of the lab…
executed-just-now = Executed just now in a copy of the lab; yours is as it was.
exit-status = exit status { $code }

## The concept snapshot

concept-snapshot = Concept snapshot
print = Print
full-transcript = Full transcript

## The process flow

process-flow = Process flow
reached = { " " }(reached)

## The modes

learn = Learn
why-mode = Why
deep = Deep
visualize = Visualize
try-mode = Try
challenge = Challenge
project = Project
review = Review
cost = Cost
sandbox = Sandbox
ways-to-learn = Ways to learn

## Machines and registries

holds-nothing-yet = Holds nothing yet. A push stores here.
settings = Settings
settings-of = Settings of { $name }
what-is-set = What is set
container-of = container { $name } of { $image }: { $status }
no-images-yet-step = No images yet. Step { $at } runs here:{ " " }
no-images-here = No images here.
names = Names
immutable-aside = { " " }immutable
tags = Tags
its-log-and-a-way = Its log, and a way to ask it
untagged-image = untagged image
created = created
exited = exited ({ $code })
so-many-images = { $count ->
    [one] { $count } image
   *[other] { $count } images
}
so-many-images-more = { $count ->
    [one] { $count } image more
   *[other] { $count } images more
}
so-many-names-more = { $count ->
    [one] { $count } name more
   *[other] { $count } names more
}
so-many-repositories-more = { $count ->
    [one] { $count } repository more
   *[other] { $count } repositories more
}
so-many-requests-more = { $count ->
    [one] { $count } request more
   *[other] { $count } requests more
}
so-many-blobs-more = { $count ->
    [one] { $count } blob more
   *[other] { $count } blobs more
}
so-many-repositories = { $count ->
    [one] { $count } repository
   *[other] { $count } repositories
}

## Speeds of the wires

in-a-data-centre = In a data centre
office = Office
at-home = At home
on-a-train = On a train
speed-of-the-wires = Speed of the wires
wire-to = wire { $machine } to { $registry }: { $speed }
times-on-the-wire = Times on the wire are modelled from the bytes that really travel. Another speed is typed:{ " " }
real-at = real, at { $place }
modelled = { $bandwidth }, { $latency }, modelled

## The wires

on-the-wire-of = on the wire of { $machine }
waiting = waiting
again-in-s = again in { $seconds } s
already-exists = already exists
mounted-from = mounted from { $from }
pull = pull
push = push
nothing-had-to-travel = nothing had to travel
so-much-of = { $done } of { $all }

## The terminal

everything-here-is-executed-but = Everything here is executed, but time is modelled, so that the same lines give the same digests: 10 ms and 100 Mbit/s on the wire, a thousand million instructions a second, a second between two lines; stages of a build come one after the other.
output = Output
every-line-is-really-executed = Every line is really executed. Type one of the lesson's, one of yours, or `help`.
commands-and-their-output = Commands and their output
type-on = Type on
modelled-time = { $time } · modelled time
lines-that-wait-for-their = Lines that wait for their turn
earlier-lines-are-left-out = { $dropped } earlier lines are left out
hint = Hint{ " " }
# What a line did, and why.
why-did = Why? { $line }
copy-the-output-of = Copy the output of { $line }
copy-the-output = Copy the output

## What became of a line

is-running = running
fetching-the-lesson = Fetching the lesson…
fetching-the-files = Fetching the project’s files…
fetching-the-interpreter = Fetching the interpreter…
fetching-the-engine = Fetching a further part of the engine…
succeeded = succeeded
interrupted-exit-status = interrupted, exit status 130
failed-exit-status = failed, exit status { $code }

## The inspector

row-what-just-happened = Row { $number } · what just happened
nothing-selected = Nothing selected
pick-any-digest-to-see = Pick any digest to see its bytes, any cell of a table to see why it says so, any request to see what was said, a registry's settings to change how it treats who comes, a container to read its log and ask it.
row-and-label = Row { $number } · { $label }
no-operation-has-changed = No operation has changed it up to this moment.
it-is-so-since-row = It is so since row { $number } of the process table.
on-the-wire = On the wire
this-is-not-there = This is not there at this point of the history.

## Columns of the process table

action = Action
image-name-and-tag = Image name and tag
registry-interaction = Registry interaction
result = Result
see-the-same = See the same on a real machine:{ " " }

## What a digest is, in a word

index-word = index
manifest-word = manifest
config-word = config
layer-word = layer
attestation-word = attestation
# What an attestation holds.
statement-word = statement
blob-word = blob

## A digest

digest-word = digest
looking = Looking…
nobody-in-the-lab = Nobody in the lab has these bytes at this point of the history.
media-type = media type
size-word = size
held-by-word = held by
unpacked = unpacked
diff-id = diff id
file-of-layer = File of layer{ " " }
show-the-document = Show the document
indented = Indented
exact-bytes = Exact bytes
files-of-this-layer = Files of this layer
path = Path
bytes = Bytes
mode = Mode
bytes-of = { $size } bytes

## Where a digest comes from

row = Row { $number }
made-by = Made by{ " " }
sent-to = sent to { $registry }
not-sent = not sent: { $registry } took it from { $from }
not-sent-had = not sent: { $registry } had it
fetched-from = fetched from { $registry }
not-fetched = not fetched: it was here
an-index-names-manifests = An index names manifests by their digests: one for each platform, and what attests them. Another manifest in it makes it another index, with another digest.
oci-image-index = OCI image index
a-manifest-names-a-configuration = A manifest names a configuration and layers by their digests, in order. A tag names a manifest, and so, through it, every byte of an image.
oci-image-manifest = OCI image manifest
a-layer-is-a-tar = A layer is a tar of what changed, compressed. Its digest is that of the compressed bytes, for these travel; the diff id is that of the tar.
oci-image-layer = OCI image layer
the-configuration-says-how = The configuration says how to run the image, which instructions made it, and the diff ids of its layers by which the unpacked ones are checked.
oci-image-configuration = OCI image configuration
the-digest-is-computed-over = The digest is computed over the bytes, so it names just these and no others: whoever gets them can compute it again.
oci-digests = OCI digests

## A request

request-to = Request to { $registry }
body-sent = body sent
body-received = body received
headers-sent = Headers sent
headers-received = Headers received
bytes-of-alone = Bytes of{ " " }
body-sent-heading = Body sent
body-received-heading = Body received
bytes-that-are-not-shown = { $bytes } bytes: a secret, a piece of something larger, or too long to be remembered
send-it-again = Send it again
the-same-request = The same request, in a copy of the lab as it is at this point of the history: nothing here changes.
send-again = Send { $method } again
it-cannot-be-sent-again = It cannot be sent again: { $reason }.
the-same = the same
the-answer-then-and-now = The answer then, and now
answer = Answer
then = Then
now = Now
status = status
body = body
it-took-exchanges = It took { $exchanges } exchanges: the registry first asked who is there.

## The rule behind a request

token-authentication = Token authentication
who-is-sent-away = Who is sent away with 401 is told where tokens are given: with a name, or with none, a client gets one that lists what it may do, and shows it with each request.
determining-support = Determining support
a-registry-answers-here = A registry answers here with 200, or with 401 if it first wants to know who asks.
listing-tags = Listing tags
the-tags-of-a-repository = The tags of a repository come in the order of their letters, and in pages if there are many.
listing-referrers = Listing referrers
the-answer-is-an-index = The answer is an index of all manifests that name this digest as their subject; it may be empty.
mounting-a-blob-from-another = Mounting a blob from another repository
a-registry-that-has-it = A registry that has the blob in the other repository answers 201, and no byte travels; one that cannot do it opens an upload, 202.
pushing-a-blob = Pushing a blob: POST then PUT
the-registry-answers = The registry answers 202, and its Location says where the bytes go; the client must not make that place up itself.
pushing-a-blob-in-chunks = Pushing a blob in chunks
each-piece-goes-where = Each piece goes where the last Location said; the answer, 202, says how far the upload is.
the-last-request = The last request of an upload names the digest. The registry computes it over what came: 201 if it is the same, 400 if it is not.
the-answer-says-how-many = The answer, 204, says how many bytes have come, so that a client whose connection broke can go on.
pushing-manifests = Pushing manifests
a-manifest-is-put-last = A manifest is put last: a registry may refuse it while a blob that it names is missing. Under a tag it replaces what the tag named.
deleting-blobs = Deleting blobs
gone-or-not-there = 202 if it is gone, 404 if it was not there; a registry need not allow it, 405.
deleting-manifests = Deleting manifests
by-a-tag-only = By a tag only the tag goes; by a digest the manifest goes with its tags. 202 either way, 405 where it is not allowed.
checking-if-content-exists = Checking if content exists in the registry
size-and-digest-if-there = 200 with size and digest and without a body if it is there, else 404.
pulling-manifests = Pulling manifests
accept-says-which-kinds = Accept says which kinds of manifests the client understands, Content-Type in the answer which one it is. The client computes the digest of the bytes itself.
pulling-blobs = Pulling blobs
the-bytes-or-not-found = 200 with the bytes, or 404. The client computes the digest and keeps them only if it is the one it asked for.
the-rule = The rule

## The same on a real machine

the-same-on-a-real = The same on a real machine

## The sequence of requests

sequence-of-requests = Sequence of requests
no-answer = no answer

## Pages

earlier = Earlier
range-of = { $start }–{ $end } of { $count }
later = Later

## The image explorer

image-explorer = Image explorer
close-the-explorer = Close the explorer
unpacking-the-layers = Unpacking the layers…
explore-name = Explore { $name }
a-second-image-can-be = A second image can be compared with this one.
compare-with-alone = Compare with
layers-the-last-one-first = Layers, the last one first
every-byte-that-is-stored = Every byte that is stored is seen in the end.
so-many-are-never-seen = { $bytes } of the { $size } stored are never seen: a later layer replaces or removes them.
efficiency = Efficiency
no-file = no file
no-instruction-is-noted = no instruction is noted
wasted = Wasted: removing a file later saves nothing
what-this-layer-does = What this layer does
all-files-so-far = All files so far
layer-of = Layer { $at } of { $count }
this-layer-changes-no-file = This layer changes no file.
files-of-the-image = Files of the image
files-and-what-the-layer = Files, and what the layer does to them
change = Change
and-more = and { $beyond } more
layer = layer { $layer }
stored-again = stored again
added = added
changed = changed
removed = removed

## Two images beside each other

the-layers-of-both-images = The layers of both images, lowest first
layer-alone = Layer
this-image = This image
the-other = The other
both-hold-the-same-files = Both hold the same files.
layers-in-common = { $same } of the other’s { $all } layers are the same bytes. Who has this image fetches { $size } for the other.
same = same
differs = differs
not-there = not there
folder = folder
files-that-differ = Files that differ: { $count }
size-and-mode = { $size } B, { $mode }

## Two points beside each other

what-each-place-holds = What each place holds at { $one }, and at { $other }
place = Place
what-heading = What
difference = Difference
the-same-at-both = the same at both: { $blobs } blobs, { $size }
images-word = images
tags-word = tags
blobs-word = blobs
bytes-word = bytes
at-both = { $shared } at both
the-same-blobs = the same blobs
only-there = only there
only-here = only here
moved = moved

## The registry explorer

looking-through-the-registry = Looking through the registry…
it-holds-nothing-yet = It holds nothing yet. A push stores here.
what-is-looked-at = What is looked at
registry-explorer = Registry explorer
explore-the-registry = Explore the registry { $registry }
explore-what-it-holds = Explore what it holds
repositories = Repositories
tags-and-what-they-lead = Tags and what they lead to
no-tag-leads = No tag leads to these manifests
no-manifest-names-these-blobs = No manifest names these blobs
what-names = What { $digest } names
named-but-not = named, but not in this repository
what-it-names-cannot-be = what it names cannot be read: { $reason }
unneeded = unneeded: a collection of garbage takes it
refers-to-the-one-above = refers to the one above
no-repository-shows-these-bytes = No repository shows these bytes
no-garbage-can-be-collected = No garbage can be collected, for what is needed is not known: { $reason }.
some-tag-leads-to-every = Some tag leads to every byte: a collection of garbage would free nothing.
a-collection-of-garbage-registry = A collection of garbage (registry garbage-collect --delete-untagged) would free { $size }.

## A survey

copied = Copied.

## Bytes as they are stored

computing-the-digest = Computing the digest…
pick-a-manifest = Pick a manifest or a blob: its bytes are shown as they lie there, and their digest is computed anew.
the-tag-leads-to-it = the tag { $tag } leads to it
a-collection-takes-it = no tag leads to it: a collection of garbage takes it
no-tag-leads-to-it = no tag leads to it
kind-word = kind
repository = repository
needed = needed
named-by = Named by
referrers = Referrers
they-are-equal = They are equal: these are the bytes that were pushed, to the last bit.
they-differ = They differ: these are not the bytes that were pushed. Whoever pulls them computes the digest as well, and refuses them.
stored-under-the-name = Stored under the name
computed-just-now-over-all = Computed just now over all { $size } bytes
bytes-as-stored = Bytes as stored
show-the-bytes-as = Show the bytes as
numbers = Numbers
bytes-where = Bytes: where they are, their values, and as letters
flip-byte = Flip byte { $at }
there-is-no-such-byte = There is no such byte
flip-a-byte = Flip a byte
as-a-failing-disk-does = As a failing disk does: its lowest bit changes, the name stays. The same again takes it back, and so does undo.
byte = Byte
pull-it-on = Pull it on { $name }
every-machine-has-these-bytes = Every machine has these bytes, and docker fetches nothing twice: remove the image from one to see it pull.
copy = Copy
copy-command = Copy { $command }
value-at = { $value }, byte { $at }
flip-byte-becomes = Flip byte { $at }: { $value } becomes { $flipped }

## A container

this-container-is-not-there = This container is not there at this point of the history.
container-on = Container on { $name }
state = State
command = Command
its-last-lines = Its last lines. A container goes on a little with each line that is typed.
show-all-of-it = Show all of it
it-has-written-nothing-yet = It has written nothing yet.
log-of = Log of { $name }
log = Log
a-running-container-that-publishes = A running container that publishes a port, with `-p 8080:8080`, can be asked from here.
try-this = Try it
method = Method
body-heading = Body
send = Send
types-this-line = Types this line at the prompt, and shows what the program answers.
port = Port

## The settings of a registry

this-registry-is-not-there = This registry is not there at this point of the history.
registry-heading = Registry
each-of-these-types = Each of these types a command at the prompt, and is undone like any other.
take-away = Take away { $what }
switch-it-for = Switch it for
all-of-it = all of it
or-a-pattern = or a pattern
everybody-may-do-everything = Everybody may do everything; nobody is asked.
name-and-password-come = Name and password come with each request.
name-and-password-are-exchanged = Name and password are exchanged for a token, good for what was asked and for five minutes.
access = Access
without-a-name = Without a name:{ " " }
read-only = Read-only
refuses-every-change = Refuses every change.
lists-what-refers = Lists what refers to a manifest: signatures, attestations.
switches = Switches
everywhere = everywhere
in-whose = in { $whose }
but-not = but not
keep-them = Keep them
immutable-tags = Immutable tags
they-get-no-other-manifest = They get no other manifest and are not deleted.
except = { " " }except { $tags }
immutable-before = immutable:{ " " }
no-tags = No tags. A push makes one.
deleting-one-frees-nothing = Deleting one frees nothing: its manifest and its blobs stay until garbage is collected.
some-tag-leads-to-every-byte = Some tag leads to every byte: a collection would free nothing.
no-tag-leads-to-blobs = { $many ->
    [one] No tag leads to { $many } blob of { $size }: a collection would free it.
   *[other] No tag leads to { $many } blobs of { $size }: a collection would free them.
}
only-look = Only look
collect = Collect
garbage = Garbage
basic-access = basic access
token-access = token access
in-pattern = { " " }in { $pattern }
read-only-whose = read-only{ $whose }
no-referrers = no referrers{ $whose }
immutable = { $tags } immutable{ $whose }
fault = fault { $mishap }
of-garbage = { $size } of garbage

## Users, robots, faults

too-many-requests = 429 too many requests
unauthorized = 401 unauthorized
forbidden = 403 forbidden
not-found = 404 not found
server-error = 500 server error
cut-after-some-bytes = cut after 1000 bytes
slow-wire-modelled = slow wire (modelled)
changed-byte = changed byte
full-disk = full disk
crash-before-a-manifest = crash before a manifest
users-and-robots = Users and robots
name = Name
may = May
take-away-alone = Take away
a-scope-says-what-may = A scope says what may be done where. A robot's secret is shown once, in the terminal.
password = Password
not-for-a-robot = not for a robot
scope = Scope
add-user = Add user
add-robot = Add robot
until-taken-away = until taken away
on-part = { " " }on { $part }
add = Add
faults = Faults
what-is-picked-happens-once = What is picked happens once, to the next request that can feel it.
robot = robot
user = user

## The palette

find-anything = Find anything
find-anything-or-type = Find anything, or type a line to run
what-can-be-done = What can be done
run-on = Run on { $machine }: { $line }
go-to-stop = Go to stop { $at }: { $label } { $line }
run-up-to-stop = Run up to stop { $at }: { $label } { $line }
show-the-table = Show the table: { $label }
show-the-requests = Show the requests as a sequence
show-the-tables-large = Show the tables large
show-the-stage = Show the stage as a diagram
show-the-stage-as-text = Show the stage as text
explore-the-image = Explore the image { $name }
settings-of-the-registry = Settings of the registry { $name }
edit-the-file-of = Edit the file { $path } of { $machine }
go-to-the-end-of = Go to the end of { $name }
as-the-system-has-it = as the system has it
light = light
dark = dark
theme = Theme: { $name }
share-this-lab = Share this lab as a link
download-this-lab = Download this lab as a file
open-a-lab = Open a lab, progress or an image from a file…
print-the-concept-snapshot = Print the concept snapshot
download-the-trace-json = Download the trace (JSON)
start-over = Start over…

## Sharing a lab

another-lab-is-being-opened = Another lab is being opened; give it up first.
a-command-is-still-running = A command is still running; Ctrl-C ends it.
opening-the-shared-lab = Opening the shared lab…
opening-the-shared-lab-at = Opening the shared lab: operation { $done } of { $all }…
back-to-my-lab = Back to my lab
save-this-one-in-place = Save this one in place of mine
this-is-a-shared-lab = This is a shared lab. Yours is kept as you left it, so what you do here is not saved.
give-up = Give up
open-the-shared-lab = Open the shared lab
stay-with-mine = Stay with mine
there-is-a-shared-lab = There is a shared lab to open. Yours stays as you left it, and you can come back to it.
making-the-link = Making the link…
share-this-lab-alone = Share this lab
whoever-opens-the-link = Whoever opens the link has this lab, just as it is: every line, every file, every branch. That includes passwords you typed and what real registries answered.
download-the-lab = Download the lab as a file
it-is-long = It is long ({ $length }); some chats cut such links, and a file is safer.
the-browser-does-not-let = The browser does not let this page copy. Select the link and copy it.
link-to-this-lab = Link to this lab

## Files that are brought

the-lab-is-not-here = the lab is not here yet
a-command-is-still-running-and = a command is still running, and Ctrl-C ends it
was-not-taken = { $name } was not taken: { $hindrance }.
files-over-are-not-saved = { $name } has { $size }. Files over { $limit } are not saved with the lab, nor is what follows from them: they are here until you leave.
putting-on = Putting { $name } on { $machine }…

## What is announced

right = Right.
not-right = Not right.
executed-in-a-copy = Executed in a copy of the lab.
so-many-are-solved = { $done } of { $all } solved
measured = Measured.
measuring-was-given-up = Measuring was given up.
what-you-type-goes-to = What you type goes to { $container }.
start = start
stop-of-position = Stop { $position } of { $last }: { $label }

## The engine and what was kept

what-was-kept-of-your = What was kept of your answers and notes cannot be read any more, so they start fresh.
reading = Reading { $name }…
the-engine-stopped = The engine stopped ({ $reason }). It was started again with what was last saved.

## The lab in other pages

part-of-the-page = part of the page
open-the-whole-lab = Open the whole lab
modes = Modes
the-address-of-this-embed = The address of this embed asks for a { $what } that there is not: { $name }.
mode-word = mode
step-word = step

## What goes wrong in the browser's hands

a-part-of-this-page-could = A part of this page could not be loaded: { $reason }.
reload-the-page = Reload the page to go on from what was saved.
the-browser-refused-to-download = The browser refused to download { $name }.
is-too-large = { $name } is too large: this page takes files up to { $limit }.
could-not-be-read = { $name } could not be read.
it-said-something-unknown = it said something unknown: { $error }
its-script-could-not-be-loaded = its script could not be loaded

## The top bar

# How long the lesson takes, behind its title.
so-many-minutes = { " " }· { $minutes } min
saved = Saved
not-saved-open-in-another-tab = Not saved: open in another tab
not-saved-a-shared-lab = Not saved: a shared lab
# The browser keeps nothing for this page.
not-saved-storage-refused = Not saved: storage refused
theme-of-the-system = Theme of the system
light-theme = Light theme
dark-theme = Dark theme
theme-heading = Theme
# The menu behind three dots.
more = More
find-anything-ctrl-k = Find anything… (Ctrl K)
share-this-lab-menu = Share this lab…
download-my-progress = Download my progress
print-handout = Print handout
# A page with every command of the lab.
commands = Commands
# $reference is the name of an image, $machine where it is.
download-as-oci-layout = Download { $reference } of { $machine } (OCI layout)
start-over-now = Start over
forget-every-command = Forget every command, image and file?

## Files of the learner

# $path is a file's.
file-on = { $path } on { $machine }
not-written-yet = Not written yet
# Behind the name of a file, for screen readers.
not-written-yet-aside = { " " }(not written yet)
no-files-here = No files here.
opening = Opening…
write-the-file = Write the file
discard-changes = Discard changes

## What a build of a Dockerfile would do

what-would-a-build-do = What would a build do now?
what-a-build-would-do = What a build would do now
built-with-this-text = Built with this text in a copy of the lab
# Before what a build would do with this line, for screen readers.
line-before = Line { $line }:{ " " }
# Of a step: it would be executed; it would end in an error; that depends on one that fails.
runs = runs
fails = fails
not-known = not known
problems = Problems
# Before the name of a rule and what it says of this line.
line-aside = Line { $line } ·{ " " }
problems-and-cached = { $problems ->
    [0] No problems
    [one] { $problems } problem
   *[other] { $problems } problems
} · { $cached } of { $steps } steps cached

## The prompt

complete-the-line = Complete the line
complete-the-line-tab = Complete the line (Tab)
completions = Completions
# Looking for an earlier line: what was typed stands in the field behind it.
searching = search: { $found } ←
# $asked is what the program in the container has written before it waits for a line.
it-reads = { $container } reads: { $asked }
keys-of-the-prompt = Up and Down recall lines, Tab completes and explains the word at the cursor, Escape lets go of Tab, Control R searches, Control C interrupts, Control L clears.
keys-of-its-input = What you type goes to the program in { $container }, line by line. Control D ends its input, Control C interrupts it.
keys-of-its-terminal = What you type goes to the program in { $container }, line by line. Control D ends its input, Control C interrupts it, { $keys } leaves it running.
keys-for-the-program = Keys for the program
# Each with the key that does the same: its input is over, it is stopped, it goes on out of sight.
end-its-input = End its input
interrupt-it = Interrupt it
leave-it-running = Leave it running
# What stands on keys, short and as they are read out.
ctrl-key = Ctrl { $letter }
control-key = Control { $letter }
backspace-key = Backspace

## The requests

no-requests-yet = No requests yet. Building and tagging send none; pushing and pulling do.
no-request-is-like-that = No request is like that.
requests-as = Requests as
table = Table
sequence = Sequence
words-in-a-request = Words in a request
words-in-it = Words in it
requests-up-to-here = Requests up to here
request = Request
status-heading = Status
sent = Sent
received = Received
# In place of the number of a step: the command that is running.
now-word = now
# A request, once more.
sent-again = Sent again.

## Any mode

fetching-what-this-mode-shows = Fetching what this mode shows…
not-here = Not here
what-this-mode-shows-could-not = What this mode shows could not be fetched. The lab goes on without it.
fetch-it-again = Fetch it again
what-it-is-and-when = What it is, and when to use it
what-hurts-without-it = What hurts without it
how-it-works-inside = How it works inside
run-it-and-look = Run it and look

## Try

complete-the-lines = Complete the lines
what-you-fill-in-is = What you fill in is really run, in a copy of the lab. Three attempts each, and hints on the way.

## Challenge

solve-it-before-the-clock = Solve it before the clock does
each-problem-starts-when = Each problem starts when you say so. Two attempts; what you answer is judged by running it.
clock-on = Clock: on
clock-off = Clock: off
# Begins a problem, and its clock.
start-it = Start
start-it-in = Start ({ $seconds } s)
so-many-seconds = { $seconds } s
the-time-is-over = The time is over.

## Project

project-done = Project · { $done } of { $all } done
a-job-of-your-own = A job of your own
type-at-the-prompt-of = Type at the prompt of your own lab. A goal is ticked when the lab really is so.
all-goals-are-reached = All goals are reached.
show-me-from-the-start = Show me, from the start
# Before a goal, for screen readers.
reached-before = reached:{ " " }
open-before = open:{ " " }

## Review

what-stays = What stays
cards-answer-then-turn = Cards: answer, then turn
in-your-own-words = In your own words
# Above points that a good answer has.
does-yours-say = Does yours say…

## Cost

what-grows-with-what = What grows with what
nothing-here-is-estimated = Nothing here is estimated: the lines are run round after round, and what they cost is counted.
what-if = What if
measure = Measure
measure-again = Measure again
rounds-measured = Rounds measured
round-of = round { $done } of { $all }
cancel = Cancel
the-lines = The lines
# Lines that prepare what is measured.
once-not-counted = once, not counted
# $n stands in the lines where the number of the round will be.
each-round = each round, { $n } is its number
# What is said of something: of a case when its lines are run, of what is counted how many.
labelled = { $what }: { $said }
# $measure is what is measured (bytes sent), $count what there is more of (pushes).
summed-up-over = { $measure }, summed up, over { $count }; the table below has the numbers
in-round = in round { $round }
in-all-rounds = in all { $rounds }

## Sandbox

everything-open = Everything open
type-what-you-like = Type what you like: the lab is yours, and every command can be undone. Or begin somewhere:
run-these-lines-in-your = Run these lines in your lab

## Questions

questions = Questions
executing = Executing…
check = Check
what-was-run-already = What was run already
what-has-to-come-about = What has to come about
a-hint = Hint
another-hint = Another hint
hide-the-hint = Hide the hint
hide-the-hints = Hide the hints
# Before the page was opened this time.
solved-before = Solved before.
attempts-left = { $left ->
    [one] { $left } attempt left
   *[other] { $left } attempts left
}
# Behind a hint: $column is a heading of the process table.
the-cell-is-marked = { " " }{ $column }, row { $row } of the process table, is marked.
the-row-is-marked = { " " }Row { $row } of the process table is marked.
not-this-one = Not this one.
what-it-did = What it did
run-this-choice-and-look = Run this choice and look
run-a-right-answer-and-look = Run a right answer and look
try-the-wrong-ones-again = { $count ->
    [one] Try the wrong one again
   *[other] Try the { $count } wrong ones again
}
so-many-are-right = { $done } of { $all } right
show-all-questions = Show all questions

## Ways to answer

words-to-choose-from = Words to choose from
gap = Gap { $number }
# Moves $line up, and down.
earlier-line = Earlier: { $line }
later-line = Later: { $line }
what-the-lines-do = What the lines do
what-it-does = What it does: { $line }
choose-what-it-does = Choose what it does
# Of a pair that was not right.
another-one = Another one.
your-answer = Your answer
lines-to-run-on = Lines to run on { $machine }, one below the other
# $measure is what has to be foretold: a number of bytes, of requests.
say-it-before-it-runs = Say it before it runs: { $measure }

## The handout

the-handout-is-being-made = The handout is being made: all that stands on it is executed first.
the-handout-was-given-up = The handout was given up.
questions-solved = Questions solved
date = Date
steps = Steps
what-happened = What happened
what-each-place-held-heading = What each place held
# Before the words that fill the gaps of a line.
words-to-use = Words: { $words }
# Each before an empty line to write on.
order-blank = Order:
pairs-blank = Pairs:
lines-blank = Lines on { $machine }:
answers = Answers
each-was-found-by-executing = Each was found by executing it when this was printed.

## Progress from a file

progress-is-too-large = { $name } was not taken: it has { $size }, and progress fits into { $limit }.
progress-cannot-be-read = The progress was not taken: it cannot be read as the progress of a lesson.
progress-has-another-form = The progress was not taken: it is of form { $version }, and this page reads form { $own }.
progress-of-another-lesson = The progress was not taken: it is of the lesson "{ $lesson }", not of this one.
the-progress-was-added = The progress was added to yours. What you had solved stays solved.
