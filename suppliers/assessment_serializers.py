"""The assessment of an application as the API shows it."""

from rest_framework import serializers


class OutcomeSerializer(serializers.Serializer):
    """What holds of one answer: a score from 0 to 5, or whether it passes; `by_the_rule` if the notice alone says so. Null: nobody has said yet."""

    question = serializers.UUIDField(source="question.pk")
    number = serializers.IntegerField(source="question.number")
    prompt = serializers.CharField(source="question.prompt")
    weight = serializers.DecimalField(source="question.weight", max_digits=5, decimal_places=2, allow_null=True)
    score = serializers.IntegerField(allow_null=True)
    passes = serializers.BooleanField(allow_null=True)
    by_the_rule = serializers.BooleanField(source="is_by_the_rule")
    reason = serializers.CharField()


class JudgementSerializer(serializers.Serializer):
    """What one assessor found of one answer, and why."""

    question = serializers.UUIDField(source="question_id")
    assessor = serializers.UUIDField(source="assessment.assessor.person_id")
    score = serializers.IntegerField(allow_null=True)
    passes = serializers.BooleanField(allow_null=True)
    reason = serializers.CharField()


class AssessmentSerializer(serializers.Serializer):
    """How an application was assessed: its score out of 100 (null while one is missing, or where nothing is scored), and each judged answer."""

    score = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    outcomes = OutcomeSerializer(many=True)
    individual = JudgementSerializer(many=True)
