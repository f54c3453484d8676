"""Words that the generator draws from: names, streets, and what people write."""

FIRST = (
    "Aaliyah Abdul Adam Agnes Ahmed Aisha Alan Albert Alice Amara Amir Amy Andrew Angela Anil "
    "Anita Ann Anthony Arthur Ayesha Barbara Ben Bernard Beth Bilal Brian Bridget Callum Carl "
    "Carol Catherine Charlie Chidi Chinwe Christine Claire Colin Connor Craig Daisy Daniel "
    "Danuta Darren David Dawn Deborah Dennis Derek Diane Donna Doreen Douglas Eamon Edith "
    "Edward Eileen Elaine Eleanor Elizabeth Ellie Emeka Emma Eric Esther Ethan Eva Farah Fatima "
    "Fiona Frances Frank Fred Gary Gemma Geoffrey George Gerald Gillian Glenn Gloria Gordon "
    "Grace Grzegorz Gurpreet Hannah Harjit Harold Harry Hassan Hazel Heather Helen Henry Hilary "
    "Ian Ibrahim Imran Irene Isaac Ivan Jack Jacqueline Jamal James Jane Janet Jason Jean "
    "Jennifer Jessica Joan Joanne Joseph Joyce Judith Julie Kareem Karen Kath Keith Kelly "
    "Kenneth Kevin Kieran Krystyna Kwame Latoya Laura Lauren Lee Leonard Lesley Liam Linda Lisa "
    "Lorraine Louise Lucy Luke Lynn Maciej Malcolm Marek Margaret Maria Marie Mark Marlon "
    "Martin Mary Matthew Maureen Megan Mehmet Michael Michelle Mohammed Molly Nadia Naomi "
    "Natalie Nathan Neil Ngozi Nicola Nigel Nina Noreen Norman Olive Oliver Olu Omar Owen "
    "Pamela Patricia Patrick Paul Pauline Peter Philip Phyllis Piotr Rachel Raj Ravi Rebecca "
    "Reggie Richard Rita Robert Robin Roger Ronald Rosemary Roy Ruby Russell Ruth Ryan Sadia "
    "Sally Samuel Sandra Sanjay Sarah Scott Sean Shabnam Shane Sharon Sheila Shirley Sian Simon "
    "Sophie Stacey Stanley Stephen Stuart Sue Sunita Susan Suzanne Sylvia Tanya Tariq Terence "
    "Theresa Thomas Tina Tomasz Tony Tracey Trevor Tunde Una Valerie Vera Victor Vincent Violet "
    "Wayne Wendy Wesley William Winston Yasmin Yetunde Yvonne Zahra Zainab Zbigniew"
).split()

LAST = (
    "Abbott Abdi Adams Adeyemi Ahmed Akhtar Ali Allen Anderson Andrews Appleby Archer Armitage "
    "Ashworth Atkinson Baines Baker Banks Barker Barlow Barnes Barrett Bashir Bates Baxter "
    "Beattie Begum Bell Bennett Bentley Bhatt Birch Blackburn Blake Booth Bowden Boyd Bradley "
    "Bradshaw Brennan Briggs Brook Brown Bryant Burgess Burke Burton Butler Byrne Campbell Carr "
    "Carroll Carter Chadwick Chandler Chapman Chaudhry Chukwu Clark Clayton Clegg Coates Cole "
    "Collins Conway Cooke Cooper Costa Coulter Cox Craven Crawford Cross Cunningham Curtis Dale "
    "Daly Davies Dawson Dean Dhillon Dixon Dobson Doherty Donovan Douglas Doyle Duffy Dunn "
    "Dyson Edwards Ellis Evans Farooq Farrell Fenton Ferguson Field Fisher Fletcher Flynn "
    "Forbes Foster Fox Francis Fraser Freeman French Gallagher Gardner Garner Gibbs Gibson Gill "
    "Glover Gordon Goodwin Grant Graves Gray Green Greenwood Griffin Grimes Hale Hall Hamilton "
    "Hammond Hardy Harper Harris Harrison Hartley Hassan Hayes Haynes Healy Heath Henderson "
    "Hewitt Hicks Higgins Hill Hobbs Hodgson Holt Hopkins Horton Howard Howe Hudson Hughes Hunt "
    "Hussain Hutton Ibrahim Iqbal Jackson Jacobs James Jarvis Jenkins Jennings Johnson Jones "
    "Jordan Joseph Kaur Kaye Keane Kelly Kemp Kennedy Kerr Khan King Kirk Knight Kowalski Lamb "
    "Lane Larkin Lawson Leach Lee Lennon Leonard Lewis Lister Lloyd Long Lowe Lynch Mahmood "
    "Malik Malone Marsden Marsh Marshall Martin Mason Mbeki McCarthy McGrath McKenna Mensah "
    "Metcalfe Miah Miller Mills Mistry Mitchell Moore Moran Morgan Morris Moss Murphy Murray "
    "Nash Naylor Nelson Newton Ngata Nolan Norris North Nowak OBrien OConnor Ogden Okafor Okeke "
    "Oliver Osei Owens Page Palmer Parker Parkin Patel Payne Pearce Pearson Perry Pickering "
    "Poole Potter Powell Preston Price Quinn Qureshi Rahman Ramsden Rashid Rawson Reid Reynolds "
    "Rhodes Richards Riley Roberts Robinson Rogers Rose Rowe Russell Ryan Saleh Sandhu Saunders "
    "Savage Schofield Scott Shah Sharma Sharp Shaw Sheikh Shepherd Sheridan Short Simpson Singh "
    "Skinner Slater Smith Spencer Stevens Stewart Stone Stubbs Sutcliffe Sutton Swift Tate "
    "Taylor Thomas Thompson Thornton Tierney Todd Turner Tyler Usman Varley Vaughan Wade Walker "
    "Wallace Walsh Walton Ward Warner Watson Watts Webb Webster Wells West Whelan White "
    "Whitehead Wilkinson Williams Wilson Wood Woods Wright Wyatt Yates Young Yusuf Zaman"
).split()

# Names that software trips over; drawn for about one person in fifty.
ACCENTED = (
    "Zoë Brontë",
    "Łukasz Wójcik",
    "Siân ap Rhys",
    "José Muñoz",
    "Nguyễn Thị Hương",
    "Søren Åkesson",
    "Çağla Öztürk",
    "Róisín Ní Dhomhnaill",
    "Anne-Marie O’Hara",
    "François D’Aubigné",
    "محمد العلي",
    "Mary Jane van der Berg",
)

STREETS = (
    "Wharf Lane",
    "Kiln Street",
    "Moorgate Road",
    "Pottery Row",
    "Canal Street",
    "Elmfield Avenue",
    "Lark Rise",
    "Station Road",
    "Foundry Close",
    "Chapel Street",
    "Bridge End",
    "Hawthorn Way",
    "Millrace Court",
    "Tanner’s Yard",
    "Union Terrace",
    "Quarry Bank",
    "Sidings View",
    "Rowan Drive",
    "Almond Grove",
    "Weaver’s Fold",
)
BLOCKS = ("Wharf House", "Kiln House", "Larkspur Court", "Moorgate Point", "Foundry House")

SEEN = (
    "Post piling up behind the door and the curtains shut all day.",
    "Neighbours hear walking about and banging at night.",
    "The kitchen could not be used; pans and bags on every surface.",
    "Has missed three gas safety visits. Nobody answers the door.",
    "Looked thin and had not changed clothes since the last visit.",
    "Rent has stopped being paid since the benefit changed.",
    "Came to the office four times this week, each time upset about the flat above.",
    "Told the caretaker that people are coming in at night and moving things.",
    "A burnt pan on the hob, and cigarette burns on the chair.",
    "Has stopped going out. A neighbour brings shopping.",
)
DONE = (
    "Two visits and a card through the door.",
    "Phoned, no reply. Spoke with the caretaker.",
    "Talked it over with the tenant on the doorstep.",
    "Held the arrears letter.",
    "Nothing yet.",
)
ASKED = (
    "Please could somebody look in on them.",
    "Advice on what to do next, please.",
    "A joint visit would help.",
    "Could this be passed to whoever is involved?",
)
REASONS = (
    "We are visiting this week.",
    "Talk to them about what they would like, then ask them about a referral.",
    "The right team for this address is the one named.",
    "Already being worked on with other services.",
)
