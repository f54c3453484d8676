"""What the shorter entries say of themselves, by their slug."""

DESCRIPTIONS = {
    "outreach": "A small team that stays in touch for years. They meet people where they are: on a "
    "bench, in a café, at the end of a queue. They help with money, a doctor and a door of one’s "
    "own, in the order that the person chooses.",
    "discharge": "They find out on the first day of a hospital stay what the home needs: a key, "
    "heating, food in, a letter to the landlord. They go home with the person and ring a week "
    "later.",
    "homes-lettings": "They keep the register, match people with homes and arrange viewings. They "
    "can hold a home for somebody who is about to leave hospital.",
    "homes-support": "A support worker for each neighbourhood. They sit down with the letters, go "
    "with people to appointments, and step back when the home is steady.",
    "council-commissioning": "They decide with partners what is bought and from whom. Tell them "
    "about gaps and long waits; never about a person.",
    "maundy": "Fourteen rooms with support in the building, and support that moves with people "
    "into a home of their own. Pets are welcome.",
    "suffield-support": "Somebody comes on the day of signing, and again after a week and a month. "
    "They help with the first bills, the first furniture and the first row with a neighbour.",
    "bridgeway-team": "A worker comes to you, whoever your landlord is, also if you own your home. "
    "You choose what to work on. It ends when you say so, or after a year.",
    "mind-community": "Groups for making, walking and talking, and somebody to sit with on the "
    "first day. You don’t need to be referred and you don’t need a diagnosis.",
    "partnership": "They keep the agreement between services, settle what services can’t settle "
    "between them, and look after this directory.",
    "lighthouse-recovery": "Nurses, workers who have been there themselves, and a group every day. "
    "Needles are changed, no questions. Homes are visited when somebody can’t come.",
    "turning-tide": "Six talks, then a group for as long as it helps. Families have an evening of "
    "their own.",
    "debt-advice": "They write to the people you owe, stop letters for two months where the law "
    "allows it, and make a budget that leaves something to eat from.",
    "kings-street-advice": "Advisers who know the rules and fill in the forms with you. Bring all "
    "your letters, opened or not.",
    "food-bank": "Food that keeps, fresh food on Fridays, and things for babies. We can deliver "
    "within the town to somebody who can’t come.",
    "suffield-pantry": "Choose what you like from the shelves. Members run it, and there is soup.",
    "credit-union": "Owned by its members. A rent account that can’t be spent on anything else, "
    "and loans that cost less than a doorstep lender’s.",
    "hope-kitchen": "Everybody sits at one table. There is a doctor on the first Monday of the "
    "month, and a box for post.",
    "warm-space": "Armchairs, newspapers, computers and somebody to help with them. Nobody asks "
    "why you came.",
    "second-sofa": "Closed while the roof is mended. What is promised is still delivered.",
    "shethernley-carers": "A worker of your own, a break of a few hours, help with the forms, and "
    "others who know what it is like.",
    "mens-shed": "Mending, making, and a kettle that is always on. Women are welcome on "
    "Wednesdays.",
    "befriending": "A volunteer who comes at the same time every week. They are chosen with you, "
    "and can be changed without hurt feelings.",
    "bereavement-group": "Eight people at most, two who lead. Come once or come for a year.",
    "allotment-project": "Digging, sowing and sitting about. Gloves and boots are there. Lunch is "
    "what is ripe.",
    "lunch-club": "Cooked in the hall. Volunteers fetch you and bring you home, and ring if you "
    "didn’t come.",
    "welcome-circle": "English at three levels, a table for forms, and people who came last year "
    "and know their way about.",
    "the-loft": "Nobody is told that you came. Youth workers downstairs, a counsellor upstairs, "
    "and food at six.",
    "first-key": "A room with support, then a flat. They talk with your family if that could help, "
    "and never if it could harm.",
    "law-centre": "Solicitors who act for tenants. Bring the notice the day that you get it: some "
    "dates can’t be moved.",
    "mediation": "Two mediators, a neutral room, and an agreement in your own words. It doesn’t "
    "stop anybody from going to court later.",
    "suffield-housing-options": "The homelessness team of the neighbouring council, for people who "
    "live or work in Suffield.",
    "veterans-link": "People who served themselves. They know the grants, the funds and the doors, "
    "and go with you.",
    "night-shelter": "Sixteen single rooms. Dogs may stay. Breakfast at seven, and somebody "
    "who looks for something better with you in the morning.",
    "pottery-lane": "The tenants own and run their forty homes. Anybody who is worried about one "
    "of them can come on a Tuesday.",
    "talking-therapies": "Six to twelve talks, in a room, by telephone or on a screen. Ask for it "
    "yourself; your doctor needn’t know.",
    "social-prescribing": "Somebody with time, at the surgery. They find what might help, from a "
    "choir to a debt adviser, and come along the first time.",
    "independent-living": "Advice from people who live with a disability themselves: equipment on "
    "loan, hiring an assistant, and what the law says.",
    "handyperson": "Two people with a van and badges. They look for what could make somebody fall, "
    "and put it right while they are there.",
    "volunteer-cars": "Drivers use their own cars. Book two days ahead.",
    "wharf-street-drop-in": "The room was given up in June. The volunteers now visit at home.",
}
