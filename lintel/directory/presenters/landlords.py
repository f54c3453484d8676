"""What a private landlord reads where the partnership has not written its own page yet."""

SUMMARY = (
    "For when somebody who rents from you is very low, frightened, not making sense, or silent. "
    "You do not have to know what is wrong. You do not have to sort it out alone."
)
BODY = """## Tonight

- If somebody is in danger now, ring 999. Danger is: an overdose, a serious injury, talk of \
ending their life with a plan or the means, violence, fire, gas. Stay on the line.
- If it is a mental health crisis and nobody is in immediate danger, ring 111 and choose \
option 2. It is open day and night, for anybody, and you may ring about somebody else.
- If they will talk with you, listen. Ask how they are. You may ask whether they are thinking of \
ending their life: asking does not put the idea there.
- If they do not answer and you fear for their life, ring 999. Say that you are the landlord \
and that you have a key. Let the police or ambulance decide about going in.
- Ask whether there is somebody whom they want with them, and ring that person if they say yes.

## Tomorrow

- Look up who covers their address, below. Ring that service: you may tell them what you are \
worried about even where they can tell you nothing back.
- Tell the tenant that you are worried and what you would like to do. Ask what would help.
- If rent is the worry, ring the council’s housing team before you send any notice. Advice early \
keeps homes.
- Write down what you saw and did, in words that you would be glad for your tenant to read.

## Never

- Never go into their home without their leave, except in an emergency such as fire, gas, flood \
or danger to life.
- Never change the locks, cut off power or water, or move their things. It is a crime, whatever \
is owed.
- Never tell neighbours, other tenants or an employer about their health.
- Never ask for a diagnosis or for medical papers.
- Never make help a condition of keeping the home."""
