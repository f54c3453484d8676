"""Where things are in the invented area: kilometres east and north of its middle.

Nothing of it exists: the codes begin with X, the postcode area is QX, and the land is laid over
real hills only so that a map has somewhere to be.
"""

# The middle, in degrees (WGS84), and how many kilometres a degree is there.
MIDDLE = (-1.9, 54.55)
KM_PER_DEGREE = (64.55, 111.2)

SHETHERNLEY, SUFFIELD, VALE = "X06000001", "X06000002", "X06000003"

# Council: name, middle, half-width, half-height, neighbourhoods, whether it is of the partnership.
COUNCILS = {
    SHETHERNLEY: ("Shethernley", (0.0, 0.0), 12.5, 10.0, 98, True),
    SUFFIELD: ("Suffield", (17.5, -4.5), 9.0, 8.5, 22, True),
}
# Only in an area larger than the demonstration's: it lies all around the two others.
LARGER = {VALE: ("Shethern Vale", (6.0, -1.0), 48.0, 40.0, 720, True)}
TOWNS = {SHETHERNLEY: (-0.5, 0.0), SUFFIELD: (16.5, -4.0), VALE: (-20.0, 14.0)}

# Wards of the two councils, each grown from its middle.
WARDS = {
    SHETHERNLEY: {
        "Wharfside": (-1.6, 1.0),
        "Canalside": (-2.6, -1.0),
        "Moorgate": (1.0, 0.8),
        "Kiln Hill": (-0.6, 2.8),
        "Lock Bank": (3.0, 2.6),
        "Quarry Bank": (-6.5, 4.5),
        "Sidings": (1.2, -2.0),
        "Elmfield": (6.5, 0.3),
        "Lark Rise": (6.0, 5.5),
        "Pottery Row": (-1.5, -3.8),
        "Foundry": (4.0, -5.2),
        "Millrace": (-6.2, -0.3),
        "Chapel Green": (-6.5, -5.0),
        "Shethern Fell": (-1.0, 7.0),
    },
    SUFFIELD: {
        "Suffield Town": (16.5, -4.0),
        "Suffield Villages": (18.5, -9.0),
        "Suffield Moor": (20.0, 0.5),
    },
}
LARGER_WARDS = 48

DISTRICTS = {
    SHETHERNLEY: {
        "QX1": (-2.5, 2.0),
        "QX2": (4.0, 3.6),
        "QX3": (-4.0, -4.0),
        "QX4": (4.0, -3.6),
    },
    SUFFIELD: {"QX7": (17.5, -4.5)},
}
LARGER_DISTRICTS = tuple(f"QX{number}" for number in range(10, 90))

# Names that people type when they have no postcode.
PLACES = {
    "Shethernley town centre": (-0.5, 0.2),
    "Shethernley station": (0.9, -1.4),
    "Shethernley market place": (-0.3, 0.5),
    "Shethern Valley Hospital": (2.2, -0.6),
    "Wharf Lane": (-1.6, 1.1),
    "Kiln Street": (-1.1, 1.9),
    "Canal Street": (-3.2, -1.7),
    "Moorgate Road": (1.1, 0.9),
    "Moorgate Point": (1.4, 0.6),
    "Pottery Row shops": (-1.4, -3.6),
    "Elmfield Avenue": (7.6, -0.6),
    "Lark Rise shops": (5.9, 5.4),
    "Station Road": (0.7, -1.2),
    "Chapel Green church": (-6.4, -4.9),
    "Quarry Bank school": (-6.4, 4.4),
    "Sidings View": (1.3, -2.1),
    "Millrace Court": (-6.1, -0.2),
    "Lock Bank locks": (3.0, 2.5),
    "Shethern Fell car park": (-1.0, 7.1),
    "Suffield market place": (16.6, -3.9),
    "Suffield station": (16.1, -4.6),
    "Suffield Bridge End": (14.8, -6.0),
}

# (inward letters of generated homes, sectors): what `generate` draws from.
LETTERS = "ABDEFGHJLN"
SECTORS = range(1, 9)
# Out of use since: postcode, day.
ENDED = (("QX1 9AA", "2019-06-30"), ("QX3 9BD", "2023-11-04"), ("QX7 9AB", "2024-02-29"))
