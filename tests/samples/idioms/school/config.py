class Config:
    SCHOOL = "Riverside"
    DEBUG = False


class DevelopmentConfig(Config):
    DEBUG = True
    MOTTO = "We try"


class ProductionConfig(Config):
    MOTTO = "We know"
