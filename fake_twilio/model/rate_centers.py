"""The largest place of each area code of the United States and Canada, and how far apart places are.

Twilio knows the rate center of each number; the fake gives every number the place that its area code is known for,
which is near enough for searches. Region, latitude, longitude, LATA, postal code in the middle of the town, name, area
codes; Canada is one LATA, 888, and Twilio gives no postal codes there.
"""

from functools import cache
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

EARTH_MILES = 3958.8

_TABLE = """
AB 53.55 -113.49 888 - Edmonton 780
AB 51.05 -114.07 888 - Calgary 368 403 587 825
BC 49.26 -123.12 888 - Vancouver 236 604 672 778
BC 48.43 -123.37 888 - Victoria 250 257
MB 49.90 -97.14 888 - Winnipeg 204 431 584
NB 45.27 -66.06 888 - Saint John 428 506
NL 47.56 -52.71 888 - St. John's 709 879
NS 44.65 -63.58 888 - Halifax 782 902
NT 62.45 -114.37 888 - Yellowknife 867
ON 43.65 -79.38 888 - Toronto 416 437 647 942
ON 43.59 -79.64 888 - Mississauga 289 365 742 905
ON 45.42 -75.70 888 - Ottawa 343 613 753
ON 42.98 -81.25 888 - London 226 382 519 548
ON 46.49 -80.99 888 - Sudbury 249 683 705
ON 48.38 -89.25 888 - Thunder Bay 807
QC 45.50 -73.57 888 - Montreal 263 438 514
QC 45.53 -73.52 888 - Longueuil 354 450 579
QC 46.81 -71.21 888 - Quebec 367 418 581
QC 45.40 -71.90 888 - Sherbrooke 468 819 873
QC 45.48 -75.70 888 - Gatineau 273
SK 52.13 -106.67 888 - Saskatoon 306 474 639
AK 61.22 -149.90 832 99501 Anchorage 907
AL 33.52 -86.80 476 35203 Birmingham 205 659
AL 34.73 -86.59 477 35801 Huntsville 256 938
AL 30.69 -88.04 480 36602 Mobile 251
AL 32.37 -86.30 478 36104 Montgomery 334
AR 34.75 -92.29 528 72201 Little Rock 501
AR 36.06 -94.16 526 72701 Fayetteville 479
AR 35.84 -90.70 528 72401 Jonesboro 327 870
AZ 33.45 -112.07 666 85003 Phoenix 480 602 623
AZ 32.22 -110.97 668 85701 Tucson 520
AZ 35.20 -111.65 666 86001 Flagstaff 928
CA 34.05 -118.24 730 90012 Los Angeles 213 323 738
CA 34.02 -118.49 730 90401 Santa Monica 310 424
CA 33.77 -118.19 730 90802 Long Beach 562
CA 34.15 -118.14 730 91101 Pasadena 626
CA 34.14 -118.25 730 91203 Glendale 747 818
CA 33.84 -117.91 730 92805 Anaheim 657 714
CA 33.68 -117.83 730 92614 Irvine 949
CA 33.95 -117.40 730 92506 Riverside 951
CA 34.11 -117.29 730 92401 San Bernardino 840 909
CA 34.20 -119.18 730 93030 Oxnard 805 820
CA 33.83 -116.55 973 92262 Palm Springs 442 760
CA 32.72 -117.16 732 92101 San Diego 619 858
CA 35.37 -119.02 734 93301 Bakersfield 661
CA 36.74 -119.79 728 93721 Fresno 350 559
CA 36.60 -121.89 736 93940 Monterey 831
CA 37.34 -121.89 722 95113 San Jose 408 669
CA 37.44 -122.14 722 94301 Palo Alto 650
CA 37.77 -122.42 722 94103 San Francisco 415 628
CA 37.80 -122.27 722 94612 Oakland 341 510
CA 37.98 -122.03 722 94520 Concord 925
CA 37.64 -121.00 738 95354 Modesto 209
CA 38.58 -121.49 726 95814 Sacramento 279 916
CA 40.59 -122.39 724 96001 Redding 530 837
CA 38.44 -122.71 722 95404 Santa Rosa 369 707
CO 39.74 -104.99 656 80202 Denver 303 720 983
CO 38.83 -104.82 658 80903 Colorado Springs 719
CO 40.59 -105.08 656 80524 Fort Collins 748 970
CT 41.31 -72.92 920 06510 New Haven 203 475
CT 41.76 -72.69 920 06103 Hartford 860 959
DC 38.91 -77.04 236 20001 Washington 202 771
DE 39.75 -75.55 228 19801 Wilmington 302
FL 25.76 -80.19 460 33131 Miami 305 645 786
FL 26.12 -80.14 460 33301 Fort Lauderdale 754 954
FL 26.71 -80.05 460 33401 West Palm Beach 561 728
FL 27.45 -80.33 460 34950 Fort Pierce 772
FL 28.54 -81.38 458 32801 Orlando 407 689
FL 28.08 -80.61 458 32901 Melbourne 321
FL 27.95 -82.46 952 33606 Tampa 656 813
FL 27.77 -82.64 952 33701 St. Petersburg 727
FL 28.04 -81.95 952 33801 Lakeland 863
FL 26.64 -81.87 939 33901 Fort Myers 239
FL 27.34 -82.53 952 34237 Sarasota 941
FL 29.65 -82.32 454 32601 Gainesville 352
FL 29.21 -81.02 456 32118 Daytona Beach 386
FL 30.33 -81.66 452 32202 Jacksonville 904
FL 30.44 -84.28 953 32301 Tallahassee 448 850
FL 30.42 -87.22 448 32501 Pensacola 324
GA 33.75 -84.39 438 30303 Atlanta 404 470 678 770 943
GA 33.47 -81.97 442 30901 Augusta 706 762
GA 32.84 -83.63 446 31201 Macon 478
GA 32.08 -81.09 440 31401 Savannah 912
GA 31.58 -84.16 444 31701 Albany 229
HI 21.31 -157.86 834 96813 Honolulu 808
IA 41.59 -93.62 632 50309 Des Moines 515
IA 41.98 -91.67 635 52401 Cedar Rapids 319
IA 41.52 -90.58 634 52801 Davenport 563
IA 43.15 -93.20 632 50401 Mason City 641
IA 42.50 -96.40 630 51101 Sioux City 712
ID 43.62 -116.20 652 83702 Boise 208 986
IL 41.88 -87.63 358 60603 Chicago 312 773 872
IL 41.76 -88.32 358 60505 Aurora 331 630
IL 42.04 -87.69 358 60202 Evanston 224 847
IL 41.85 -87.79 358 60804 Cicero 464 708
IL 41.53 -88.08 358 60432 Joliet 779 815
IL 40.69 -89.59 368 61602 Peoria 309 861
IL 39.80 -89.64 374 62701 Springfield 217 447
IL 38.62 -90.15 520 62201 East St. Louis 618 730
IN 39.77 -86.16 336 46204 Indianapolis 317 463
IN 41.59 -87.35 358 46402 Gary 219
IN 41.08 -85.14 334 46802 Fort Wayne 260
IN 41.68 -86.25 332 46601 South Bend 574
IN 40.42 -86.88 336 47901 Lafayette 765
IN 37.97 -87.57 330 47708 Evansville 812 930
KS 37.69 -97.34 532 67202 Wichita 316
KS 38.84 -97.61 534 67401 Salina 620
KS 39.05 -95.68 534 66603 Topeka 785
KS 39.11 -94.63 524 66101 Kansas City 913
KY 38.25 -85.76 462 40202 Louisville 502
KY 38.04 -84.50 466 40507 Lexington 859
KY 36.99 -86.44 462 42101 Bowling Green 270 364
KY 38.48 -82.64 932 41101 Ashland 606
LA 29.95 -90.07 490 70112 New Orleans 504
LA 30.45 -91.19 492 70801 Baton Rouge 225
LA 30.22 -92.02 488 70501 Lafayette 337
LA 32.53 -93.75 486 71101 Shreveport 318
LA 29.60 -90.72 490 70360 Houma 985
MA 42.36 -71.06 128 02108 Boston 617 857
MA 42.25 -71.00 128 02169 Quincy 339 781
MA 42.63 -71.32 128 01851 Lowell 351 978
MA 42.26 -71.80 128 01608 Worcester 508 774
MA 42.10 -72.59 126 01103 Springfield 413
MD 39.29 -76.61 238 21201 Baltimore 410 443 667
MD 39.08 -77.15 236 20850 Rockville 227 240 301
ME 43.66 -70.26 120 04101 Portland 207
MI 42.33 -83.05 340 48226 Detroit 313
MI 42.61 -83.15 340 48098 Troy 248 947
MI 42.58 -83.03 340 48089 Warren 586
MI 42.28 -83.74 340 48104 Ann Arbor 734
MI 43.01 -83.69 344 48503 Flint 810
MI 42.73 -84.56 346 48933 Lansing 517
MI 42.96 -85.67 348 49503 Grand Rapids 616
MI 42.29 -85.59 348 49007 Kalamazoo 269
MI 43.23 -86.25 348 49440 Muskegon 231
MI 46.54 -87.40 342 49855 Marquette 906
MI 43.42 -83.95 344 48607 Saginaw 989
MN 44.98 -93.27 628 55401 Minneapolis 612
MN 44.95 -93.09 628 55101 St. Paul 651
MN 44.84 -93.30 628 55431 Bloomington 952
MN 45.09 -93.36 628 55429 Brooklyn Park 763
MN 46.79 -92.10 624 55805 Duluth 218
MN 45.56 -94.16 626 56301 St. Cloud 320
MN 44.02 -92.47 620 55902 Rochester 507
MO 38.63 -90.20 520 63101 St. Louis 314 557
MO 38.79 -90.50 520 63376 St. Peters 636
MO 39.10 -94.58 524 64105 Kansas City 816 975
MO 37.21 -93.29 522 65802 Springfield 417
MO 38.95 -92.33 521 65201 Columbia 235 573
MO 40.20 -92.58 521 63501 Kirksville 660
MS 32.30 -90.18 482 39201 Jackson 601 769
MS 30.37 -89.09 484 39501 Gulfport 228
MS 34.26 -88.70 482 38801 Tupelo 662
MT 45.78 -108.50 650 59101 Billings 406
NC 35.23 -80.84 422 28202 Charlotte 704 980
NC 35.78 -78.64 426 27601 Raleigh 919 984
NC 36.07 -79.79 424 27401 Greensboro 336 743
NC 35.60 -82.55 420 28801 Asheville 828
NC 34.23 -77.94 428 28401 Wilmington 910 472
NC 35.61 -77.37 951 27834 Greenville 252
ND 46.88 -96.79 636 58103 Fargo 701
NE 41.26 -95.94 644 68102 Omaha 402 531
NE 40.92 -98.34 646 68801 Grand Island 308
NH 42.99 -71.46 122 03101 Manchester 603
NJ 40.73 -74.08 224 07311 Jersey City 201 551
NJ 40.74 -74.17 224 07102 Newark 862 973
NJ 40.66 -74.21 224 07202 Elizabeth 908
NJ 40.49 -74.45 224 08901 New Brunswick 732 848
NJ 40.22 -74.76 222 08608 Trenton 609 640
NJ 39.93 -75.12 222 08103 Camden 856
NM 35.08 -106.65 664 87102 Albuquerque 505
NM 32.32 -106.77 664 88005 Las Cruces 575
NV 36.17 -115.14 721 89101 Las Vegas 702 725
NV 39.53 -119.81 720 89501 Reno 775
NY 40.71 -74.01 132 10001 New York 212 332 646 917
NY 40.65 -73.95 132 11201 Brooklyn 347 718 929
NY 40.71 -73.60 132 11550 Hempstead 363 516
NY 40.79 -73.20 132 11717 Brentwood 631 934
NY 40.93 -73.90 132 10705 Yonkers 914
NY 41.50 -74.01 133 12550 Newburgh 329 845
NY 42.65 -73.75 134 12207 Albany 518 838
NY 43.05 -76.15 136 13202 Syracuse 315 680
NY 42.10 -75.91 138 13903 Binghamton 607
NY 43.16 -77.61 974 14604 Rochester 585
NY 42.89 -78.88 140 14202 Buffalo 624 716
OH 41.50 -81.69 320 44114 Cleveland 216
OH 41.37 -82.11 320 44035 Elyria 440 436
OH 41.08 -81.52 325 44308 Akron 234 330
OH 41.65 -83.54 326 43604 Toledo 419 567
OH 39.96 -83.00 324 43215 Columbus 380 614
OH 39.76 -84.19 328 45402 Dayton 326 937
OH 39.10 -84.51 922 45202 Cincinnati 283 513
OH 39.33 -82.10 324 45701 Athens 220 740
OK 35.47 -97.52 536 73102 Oklahoma City 405 572
OK 36.15 -95.99 538 74103 Tulsa 539 918
OK 34.61 -98.39 536 73501 Lawton 580
OR 45.52 -122.68 672 97204 Portland 503 971
OR 44.05 -123.09 670 97401 Eugene 458 541
PA 39.95 -75.17 228 19102 Philadelphia 215 267 445
PA 39.96 -75.61 228 19382 West Chester 484 610 835
PA 40.44 -80.00 234 15222 Pittsburgh 412
PA 40.30 -79.54 234 15601 Greensburg 724 878
PA 40.27 -76.88 226 17101 Harrisburg 223 717
PA 41.41 -75.66 232 18503 Scranton 272 570
PA 42.13 -80.09 924 16507 Erie 582 814
RI 41.82 -71.41 130 02903 Providence 401
SC 34.00 -81.03 434 29201 Columbia 803 839
SC 32.78 -79.93 436 29401 Charleston 843 854
SC 34.85 -82.40 430 29601 Greenville 821 864
SD 43.55 -96.73 640 57104 Sioux Falls 605
TN 36.16 -86.78 470 37219 Nashville 615 629
TN 35.15 -90.05 468 38103 Memphis 901
TN 35.96 -83.92 474 37902 Knoxville 865
TN 35.05 -85.31 472 37402 Chattanooga 423
TN 35.61 -88.81 468 38301 Jackson 731
TN 35.62 -87.04 470 38401 Columbia 931
TX 29.76 -95.37 560 77002 Houston 281 346 621 713 832
TX 32.78 -96.80 552 75201 Dallas 214 469 945 972
TX 32.76 -97.33 552 76102 Fort Worth 682 817
TX 29.42 -98.49 566 78205 San Antonio 210 726
TX 29.70 -98.12 566 78130 New Braunfels 830
TX 30.27 -97.74 558 78701 Austin 512 737
TX 31.55 -97.15 556 76707 Waco 254
TX 30.63 -96.33 570 77840 College Station 979
TX 30.31 -95.46 560 77301 Conroe 936
TX 30.08 -94.13 562 77702 Beaumont 409
TX 27.80 -97.40 564 78401 Corpus Christi 361
TX 26.20 -98.23 568 78501 McAllen 956
TX 32.35 -95.30 554 75702 Tyler 430 903
TX 33.21 -97.13 552 76201 Denton 940
TX 32.45 -99.73 550 79601 Abilene 325
TX 32.00 -102.08 542 79701 Midland 432
TX 33.58 -101.86 544 79401 Lubbock 806
TX 31.76 -106.49 540 79901 El Paso 915
UT 40.76 -111.89 660 84101 Salt Lake City 385 801
UT 37.10 -113.58 660 84770 St. George 435
VA 38.80 -77.05 236 22314 Alexandria 571 703
VA 37.54 -77.44 248 23219 Richmond 686 804
VA 36.85 -76.29 252 23510 Norfolk 757 948
VA 37.27 -79.94 244 24011 Roanoke 540 826
VA 37.41 -79.14 250 24501 Lynchburg 434
VA 36.60 -82.19 956 24201 Bristol 276
VT 44.48 -73.21 124 05401 Burlington 802
WA 47.61 -122.33 674 98101 Seattle 206
WA 47.61 -122.20 674 98004 Bellevue 425
WA 47.25 -122.44 674 98402 Tacoma 253
WA 47.04 -122.90 674 98501 Olympia 360 564
WA 47.66 -117.43 676 99201 Spokane 509
WI 43.04 -87.91 356 53203 Milwaukee 414
WI 42.73 -87.78 356 53404 Racine 262
WI 43.07 -89.40 354 53715 Madison 353 608
WI 44.52 -88.02 350 54304 Green Bay 274 920
WI 44.81 -91.50 352 54703 Eau Claire 534 715
WV 38.35 -81.63 254 25301 Charleston 304 681
WY 41.14 -104.82 654 82001 Cheyenne 307
"""


class RateCenter(NamedTuple):
    """A town, its state or province, where it lies, in degrees, its LATA and its postal code, empty if unknown."""

    locality: str
    region: str
    latitude: float
    longitude: float
    lata: str = ""
    postal_code: str = ""

    @property
    def rate_center(self) -> str:
        """The town as tariffs write it: in capitals, without blanks and dots, ten letters at most."""
        return "".join(letter for letter in self.locality if letter.isalpha())[:10].upper()


@cache
def rate_centers() -> dict[str, RateCenter]:
    """Return the place of each geographic area code of the United States and Canada."""
    found = {}
    for line in _TABLE.strip().splitlines():
        region, latitude, longitude, lata, postal_code, *rest = line.split()
        codes = [word for word in rest if word.isdigit()]
        locality = " ".join(rest[: len(rest) - len(codes)])
        rate_center_ = RateCenter(locality, region, float(latitude), float(longitude), lata, postal_code.strip("-"))
        found.update(dict.fromkeys(codes, rate_center_))
    return found


def rate_center(number: str) -> RateCenter | None:
    """Return the place of a number's area code; None elsewhere and for toll-free numbers."""
    return rate_centers().get(number[2:5]) if number.startswith("+1") else None


def miles(latitude: float, longitude: float, other: RateCenter) -> float:
    """Return the distance of a point from a place, along a great circle."""
    a, b = radians(latitude), radians(other.latitude)
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians(other.longitude - longitude) / 2) ** 2
    return 2 * EARTH_MILES * asin(sqrt(min(1.0, half)))
