"""Size limits of media."""

from fake_twilio.model import media


def test_images_that_networks_shrink_may_be_larger() -> None:
    assert media.size_limit("image/jpeg; name=a.jpg") == media.size_limit(" Image/JPEG ") == media.IMAGE_LIMIT
    assert media.size_limit("video/mp4") == media.OTHER_LIMIT
